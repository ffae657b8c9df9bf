import { Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ComputeController } from '../../api/compute-v2.1/compute.controller.js';
import type { JsonObject } from '../../api/compute-v2.1/json-text.js';
import { NegotiatesMicroversion } from '../../api/compute-v2.1/openapi.js';
import { Operation, type ComputeOperation } from '../../api/compute-v2.1/operation.guard.js';
import { ComputeBody, type SentBody } from '../../api/compute-v2.1/request-body.js';
import { CurrentPrincipal } from '../../auth/decorators.js';
import { ShowImage, UpdateImage, toComputeMetadata } from '../../images/index.js';
import type { Principal } from '../../kernel/principal.js';
import * as docs from './image-metadata.openapi.js';
import {
  MetadataKeyUnknown,
  mergeChanges,
  parseMetadata,
  parseMetadataItem,
  removeChanges,
  replaceChanges,
} from './image-metadata.request.js';

/** Three microversions longer than the images themselves. */
const LAST_MICROVERSION = '2.38';
const READ: ComputeOperation = { until: LAST_MICROVERSION, requires: null };
const WRITE: ComputeOperation = { until: LAST_MICROVERSION, requires: 'image:change' };

/** The additional properties of an image, as a resource of its own: R9 to R14 of compute-v2.1. */
@ApiTags('Compute API v2.1: image metadata')
@NegotiatesMicroversion(LAST_MICROVERSION)
@ComputeController('images/:image_id/metadata')
export class ImageMetadataController {
  constructor(
    @Inject(ShowImage) private readonly showImage: ShowImage,
    @Inject(UpdateImage) private readonly updateImage: UpdateImage,
  ) {}

  @Get()
  @Operation(READ)
  @docs.ListMetadataDocs()
  async list(
    @Param('image_id') id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<JsonObject> {
    const image = await this.showImage.execute(id, principal);
    return { metadata: toComputeMetadata(image.attributes.properties) };
  }

  @Post()
  @Operation(WRITE)
  @HttpCode(200)
  @docs.MergeMetadataDocs()
  async merge(
    @Param('image_id') id: string,
    @ComputeBody() body: SentBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<JsonObject> {
    const changes = mergeChanges(parseMetadata(body));
    const image = await this.updateImage.execute({ id, changes }, principal);
    return { metadata: toComputeMetadata(image.attributes.properties) };
  }

  @Put()
  @Operation(WRITE)
  @docs.ReplaceMetadataDocs()
  async replace(
    @Param('image_id') id: string,
    @ComputeBody() body: SentBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<JsonObject> {
    const metadata = parseMetadata(body);
    await this.updateImage.execute({ id, changes: replaceChanges(metadata) }, principal);
    return { metadata };
  }

  @Get(':key')
  @Operation(READ)
  @docs.ShowMetadataItemDocs()
  async show(
    @Param('image_id') id: string,
    @Param('key') key: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<JsonObject> {
    const image = await this.showImage.execute(id, principal);
    const metadata = toComputeMetadata(image.attributes.properties);
    if (!Object.hasOwn(metadata, key)) throw new MetadataKeyUnknown(key);
    return { meta: Object.fromEntries([[key, metadata[key]]]) };
  }

  @Put(':key')
  @Operation(WRITE)
  @docs.SetMetadataItemDocs()
  async set(
    @Param('image_id') id: string,
    @Param('key') key: string,
    @ComputeBody() body: SentBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<JsonObject> {
    const meta = parseMetadataItem(body, key);
    await this.updateImage.execute({ id, changes: mergeChanges(meta) }, principal);
    return { meta };
  }

  @Delete(':key')
  @Operation(WRITE)
  @HttpCode(204)
  @docs.DeleteMetadataItemDocs()
  async remove(
    @Param('image_id') id: string,
    @Param('key') key: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.updateImage.execute({ id, changes: removeChanges(key) }, principal);
  }
}
