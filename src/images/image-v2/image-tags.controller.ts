import { Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { CONTENDED, Fails, NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageTags } from '../application/manage-tags.js';
import { TagPipe } from './tag.pipe.js';

/** Tags one at a time: section 2.11 of the Image API. */
@ApiTags('Image API v2: tags')
@NeedsToken()
@ApiParam({ name: 'tag', description: 'Free text, case-sensitive, at most 255 characters' })
@ApiParam({ name: 'image_id', format: 'uuid' })
@Controller('v2/images/:image_id/tags/:tag')
export class ImageTagsController {
  constructor(@Inject(ManageTags) private readonly tags: ManageTags) {}

  @Put()
  @Authenticated()
  @NoBody()
  @HttpCode(204)
  @ApiOperation({ operationId: 'addImageTag', summary: 'Add a tag to an image' })
  @ApiResponse({ status: 204, description: 'The image has the tag, now or already.' })
  @Fails(400, 403, 404, CONTENDED, [413, 'The image would have more tags than its quota.'])
  async add(
    @Param('image_id') imageId: string,
    @Param('tag', TagPipe) tag: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tags.add({ imageId, tag }, principal);
  }

  @Delete()
  @Authenticated()
  @NoBody()
  @HttpCode(204)
  @ApiOperation({ operationId: 'removeImageTag', summary: 'Remove a tag from an image' })
  @ApiResponse({ status: 204, description: 'The tag is removed.' })
  @Fails(400, 403, [404, 'No such image is visible, or it has no such tag.'], CONTENDED)
  async remove(
    @Param('image_id') imageId: string,
    @Param('tag', TagPipe) tag: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tags.remove({ imageId, tag }, principal);
  }
}
