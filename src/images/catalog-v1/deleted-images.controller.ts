import { Controller, Get, Header, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { parseLimit } from '../../api/http/limit.js';
import { pageLinks } from '../../api/http/page-links.js';
import { Requires } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ManageDeletedImages } from '../application/manage-deleted-images.js';
import { toImageJson } from '../image-v2/image.representation.js';
import { imageEntity } from '../image-v2/images.openapi-schemas.js';
import { deletedImageList } from './deleted-images.openapi-schemas.js';
import { toDeletedImageListJson } from './deleted-images.representation.js';

const PATH = '/catalog/v1/deleted-images';

/** An addition to the OpenStack APIs: deleted images can be listed and restored for a while. */
@ApiTags('Catalog: deleted images')
@NeedsToken()
@Requires('deleted-image:manage')
@Controller('catalog/v1/deleted-images')
export class DeletedImagesController {
  constructor(
    @Inject(ManageDeletedImages) private readonly deletedImages: ManageDeletedImages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Header('Content-Type', 'application/json')
  @ApiOperation({ operationId: 'listDeletedImages', summary: 'List deleted images' })
  @ApiQuery({ name: 'owner', required: false, description: 'Only images of this tenant' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 25 } })
  @ApiQuery({ name: 'marker', required: false, description: 'Id of the last image seen' })
  @ApiResponse({
    status: 200,
    description: 'Deleted images that can be restored, latest first.',
    schema: deletedImageList,
  })
  @Fails(400, 403)
  async list(@RawQuery() query: QueryParameters): Promise<string> {
    const values = new Map(query);
    const page = await this.deletedImages.list({
      owner: values.get('owner') ?? null,
      limit: parseLimit(values.get('limit'), this.config.images),
      marker: values.get('marker') ?? null,
    });
    const links = pageLinks(PATH, query, page, ({ image }) => image.attributes.id);
    return toDeletedImageListJson(page.items, links, this.config.images.deletedRetentionSeconds);
  }

  @Post(':image_id/restore')
  @HttpCode(200)
  @NoBody()
  @Header('Content-Type', 'application/json')
  @ApiParam({ name: 'image_id', format: 'uuid' })
  @ApiOperation({ operationId: 'restoreImage', summary: 'Restore a deleted image' })
  @ApiResponse({
    status: 200,
    description: 'The image is back as it was, members included.',
    schema: imageEntity,
  })
  @Fails(400, 403, [404, 'The image is not deleted, or was purged.'])
  async restore(@Param('image_id') imageId: string): Promise<string> {
    return toImageJson(await this.deletedImages.restore(imageId), 'current');
  }
}
