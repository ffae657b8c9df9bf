import { Controller, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyStream, type IncomingBytes } from '../../api/http/body-stream.decorator.js';
import { isNotModified, preconditionsOf } from '../../api/http/conditional.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { sendStream } from '../../api/http/send-stream.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { DownloadImageData } from '../application/download-image-data.js';
import { ImageDataStores } from '../application/ports/image-data-stores.js';
import { UploadImageData } from '../application/upload-image-data.js';
import { isForAnyServer, requestedRange } from './data-range.js';
import { dataHeaders, dataTag } from './image-data.headers.js';
import * as docs from './image-data.openapi.js';
import { preferredStores, targetStore } from './store-choice.js';

/** Image data: section 2.8 of the Image API. */
@ApiTags('Image API v2: image data')
@NeedsToken()
@Authenticated()
@Controller('v2/images/:image_id/file')
export class ImageDataController {
  constructor(
    @Inject(UploadImageData) private readonly uploadData: UploadImageData,
    @Inject(DownloadImageData) private readonly downloadData: DownloadImageData,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
  ) {}

  @Put()
  @HttpCode(204)
  @docs.UploadImageDataDocs()
  async upload(
    @Param('image_id') imageId: string,
    @BodyStream() body: IncomingBytes,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const storeId = targetStore(request.headers);
    await this.uploadData.execute({ imageId, storeId, ...body }, principal);
  }

  @Get()
  @NoBody()
  @docs.DownloadImageDataDocs()
  async download(
    @Param('image_id') imageId: string,
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const prefer = preferredStores(query, this.stores);
    const data = await this.downloadData.execute({ imageId, prefer }, principal);
    if (data === null) {
      await reply.code(204).send();
      return;
    }
    const tag = dataTag(data.image);
    if (tag !== null && isNotModified(preconditionsOf(request.headers), tag)) {
      await reply.code(304).header('ETag', tag).send();
      return;
    }
    const range = requestedRange(request.headers, data.size, tag);
    const elsewhere = isForAnyServer(request.headers) ? await data.elsewhere() : null;
    if (elsewhere !== null) {
      await reply.code(307).headers({ Location: elsewhere, 'Cache-Control': 'no-store' }).send();
      return;
    }
    const source = await data.open(range);
    void reply.code(range === null ? 200 : 206).headers(dataHeaders(data, range));
    await sendStream(reply, source, range?.length ?? data.size);
  }
}
