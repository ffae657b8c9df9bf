import { Delete, Get, HttpCode, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ComputeController } from '../../api/compute-v2.1/compute.controller.js';
import { View, type ComputeView } from '../../api/compute-v2.1/compute-view.js';
import type { JsonObject, JsonValue } from '../../api/compute-v2.1/json-text.js';
import { NegotiatesMicroversion } from '../../api/compute-v2.1/openapi.js';
import { Operation } from '../../api/compute-v2.1/operation.guard.js';
import { nextLinks } from '../../api/compute-v2.1/paging.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DeleteImage } from '../application/delete-image.js';
import { ListImages } from '../application/list-images.js';
import { ShowImage } from '../application/show-image.js';
import type { Image } from '../domain/image.js';
import { parseComputeList } from './image-list.request.js';
import { toComputeImage, toComputeSummary } from './image.representation.js';
import * as docs from './images.openapi.js';

/** After this microversion Nova left images to the Image API. */
const LAST_MICROVERSION = '2.35';

/** Images as Nova showed them: R5 to R8 of compute-v2.1. */
@ApiTags('Compute API v2.1: images')
@NegotiatesMicroversion(LAST_MICROVERSION)
@ComputeController('images')
export class ComputeImagesController {
  constructor(
    @Inject(ListImages) private readonly listImages: ListImages,
    @Inject(ShowImage) private readonly showImage: ShowImage,
    @Inject(DeleteImage) private readonly deleteImage: DeleteImage,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Operation({ until: LAST_MICROVERSION, requires: 'image:list' })
  @docs.ListImagesDocs()
  list(
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @View() view: ComputeView,
  ): Promise<JsonObject> {
    const toItem = (image: Image): JsonValue => toComputeSummary(image, view);
    return this.page({ query, path: 'images', toItem }, principal, view);
  }

  @Get('detail')
  @Operation({ until: LAST_MICROVERSION, requires: 'image:list' })
  @docs.ListImageDetailsDocs()
  detail(
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @View() view: ComputeView,
  ): Promise<JsonObject> {
    const toItem = (image: Image): JsonValue => toComputeImage(image, view);
    return this.page({ query, path: 'images/detail', toItem }, principal, view);
  }

  @Get(':image_id')
  @Operation({ until: LAST_MICROVERSION, requires: null })
  @docs.ShowImageDocs()
  async show(
    @Param('image_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @View() view: ComputeView,
  ): Promise<JsonObject> {
    return { image: toComputeImage(await this.showImage.execute(id, principal), view) };
  }

  @Delete(':image_id')
  @Operation({ until: LAST_MICROVERSION, requires: 'image:change' })
  @HttpCode(204)
  @docs.DeleteImageDocs()
  async remove(
    @Param('image_id') id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.deleteImage.execute(id, principal);
  }

  private async page(
    { query, path, toItem }: ListOptions,
    principal: Principal,
    { links }: ComputeView,
  ): Promise<JsonObject> {
    const { command, known } = parseComputeList(query, this.config.images.pageSizeMax);
    const page = await this.listImages.execute(command, principal);
    return { images: page.items.map(toItem), images_links: nextLinks(page, path, known, links) };
  }
}

interface ListOptions {
  readonly query: QueryParameters;
  readonly path: string;
  readonly toItem: (image: Image) => JsonValue;
}
