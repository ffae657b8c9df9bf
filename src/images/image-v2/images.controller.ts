import {
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import {
  RequestPreconditions,
  allowsChange,
  entityTag,
  isMatched,
  isNotModified,
  type Preconditions,
} from '../../api/http/conditional.js';
import { mountOf, type Profile } from '../../api/http/mount.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { MountProfile } from '../../api/http/profile.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { pageLinks } from '../../api/http/page-links.js';
import { Authenticated, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { CreateImage, type CreateImageCommand } from '../application/create-image.js';
import { DeleteImage } from '../application/delete-image.js';
import { ListImages } from '../application/list-images.js';
import { ShowImage } from '../application/show-image.js';
import { UpdateImage } from '../application/update-image.js';
import { isLocationChange } from '../domain/image-locations.js';
import { ImageStateDiffers } from '../domain/image.errors.js';
import type { Image } from '../domain/image.js';
import { AnnounceImports } from './announce-imports.interceptor.js';
import { NewImage } from './new-image.pipe.js';
import type { PatchChange } from './image-patch.js';
import { ImagePatch } from './image-patch.pipe.js';
import { toImageJson, toImageListJson } from './image.representation.js';
import * as docs from './images.openapi.js';
import { LocationFields } from './location-fields.js';
import { parseListImages } from './list-images.request.js';

const JSON_TYPE = 'application/json';

/** Image records: sections 2.2 to 2.5 and 2.7 of the Image API. */
@ApiTags('Image API v2: images')
@NeedsToken()
@Controller('v2/images')
export class ImagesController {
  constructor(
    @Inject(CreateImage) private readonly createImage: CreateImage,
    @Inject(ShowImage) private readonly showImage: ShowImage,
    @Inject(ListImages) private readonly listImages: ListImages,
    @Inject(UpdateImage) private readonly updateImage: UpdateImage,
    @Inject(DeleteImage) private readonly deleteImage: DeleteImage,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(LocationFields) private readonly locations: LocationFields,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @Requires('image:create')
  @Header('Content-Type', JSON_TYPE)
  @UseInterceptors(AnnounceImports)
  @docs.CreateImageDocs()
  async create(
    @NewImage() command: CreateImageCommand,
    @CurrentPrincipal() principal: Principal,
    @MountProfile() profile: Profile,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const image = await this.createImage.execute(command, principal);
    const mount = `${this.baseUrls.origin(request)}${mountOf(request.raw).prefix}`;
    void reply.header('Location', `${mount}/v2/images/${image.attributes.id}`);
    return this.print(image, principal, profile);
  }

  @Get()
  @Requires('image:list')
  @Header('Content-Type', JSON_TYPE)
  @docs.ListImagesDocs()
  async list(
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @MountProfile() profile: Profile,
  ): Promise<string | Buffer> {
    const command = parseListImages(query, this.config.images);
    const page = await this.listImages.execute(command, principal);
    const links = pageLinks('/v2/images', query, page, (image) => image.attributes.id);
    const printer = await this.locations.printer(page.items, principal, profile);
    return toImageListJson(page.items, links, profile, printer);
  }

  @Get(':image_id')
  @Authenticated()
  @NoBody()
  @docs.ShowImageDocs()
  async show(
    @Param('image_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @MountProfile() profile: Profile,
    @RequestPreconditions() preconditions: Preconditions,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const image = await this.showImage.execute(id, principal);
    const tag = entityTag(image.attributes.version);
    if (!isMatched(preconditions, tag)) throw new ImageStateDiffers();
    void reply.header('ETag', tag);
    if (isNotModified(preconditions, tag)) await reply.code(304).send();
    else await reply.type(JSON_TYPE).send(await this.print(image, principal, profile));
  }

  @Patch(':image_id')
  @Authenticated()
  @Header('Content-Type', JSON_TYPE)
  @docs.UpdateImageDocs()
  async update(
    @Param('image_id') id: string,
    @ImagePatch() patch: PatchChange[],
    @CurrentPrincipal() principal: Principal,
    @MountProfile() profile: Profile,
    @RequestPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const expects = (image: Image): boolean =>
      allowsChange(preconditions, entityTag(image.attributes.version));
    const changes = patch.filter((change) => !isLocationChange(change));
    const locationChanges = patch.filter(isLocationChange);
    const command = { id, changes, locationChanges, expects };
    const image = await this.updateImage.execute(command, principal);
    void reply.header('ETag', entityTag(image.attributes.version));
    return this.print(image, principal, profile);
  }

  @Delete(':image_id')
  @Authenticated()
  @NoBody()
  @HttpCode(204)
  @docs.DeleteImageDocs()
  async remove(
    @Param('image_id') id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.deleteImage.execute(id, principal);
  }

  private async print(image: Image, principal: Principal, profile: Profile): Promise<string> {
    const printer = await this.locations.printer([image], principal, profile);
    return toImageJson(image, profile, printer(image));
  }
}
