import {
  Controller,
  Delete,
  Head,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { OffsetStream, type IncomingBytes } from '../../api/http/body-stream.decorator.js';
import { mountOf } from '../../api/http/mount.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ContinueUpload } from '../application/resumable/continue-upload.js';
import { BeginUpload } from '../application/resumable/begin-upload.js';
import { GiveUploadUp } from '../application/resumable/give-upload-up.js';
import { ShowUpload } from '../application/resumable/show-upload.js';
import * as docs from './resumable-uploads.openapi.js';
import { targetStore } from './store-choice.js';
import { SpeaksTus, expiresHeader, uploadLength, uploadOffset } from './tus.js';

/** Uploads that go on where they were interrupted: tus 1.0.0 with creation, termination and expiration. */
@ApiTags('Image API v2: image data')
@NeedsToken()
@Authenticated()
@UseGuards(SpeaksTus)
@Controller('v2/images/:image_id/uploads')
export class ResumableUploadsController {
  constructor(
    @Inject(BeginUpload) private readonly beginUpload: BeginUpload,
    @Inject(ShowUpload) private readonly showUpload: ShowUpload,
    @Inject(ContinueUpload) private readonly continueUpload: ContinueUpload,
    @Inject(GiveUploadUp) private readonly giveUploadUp: GiveUploadUp,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
  ) {}

  @Post()
  @HttpCode(201)
  @NoBody()
  @docs.BeginUploadDocs()
  async begin(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const command = {
      imageId,
      bytes: uploadLength(request),
      storeId: targetStore(request.headers),
    };
    const { id, state } = await this.beginUpload.execute(command, principal);
    const mount = `${this.baseUrls.origin(request)}${mountOf(request.raw).prefix}`;
    const location = `${mount}/v2/images/${id.imageId}/uploads/${id.uploadId}`;
    void reply.headers({ Location: location, ...expiresHeader(state) });
  }

  @Head(':upload_id')
  @NoBody()
  @docs.ShowUploadDocs()
  async show(
    @Param('image_id') imageId: string,
    @Param('upload_id') uploadId: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { state } = await this.showUpload.execute(imageId, uploadId, principal);
    void reply.headers({
      'Upload-Offset': String(state.offset),
      'Upload-Length': String(state.bytes),
      'Cache-Control': 'no-store',
      ...expiresHeader(state),
    });
  }

  @Patch(':upload_id')
  @HttpCode(204)
  @docs.ContinueUploadDocs()
  async continue(
    @Param('image_id') imageId: string,
    @Param('upload_id') uploadId: string,
    @OffsetStream() body: IncomingBytes,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const command = { imageId, uploadId, offset: uploadOffset(request), requestId: request.id };
    const offset = await this.continueUpload.execute({ ...command, ...body }, principal);
    void reply.header('Upload-Offset', String(offset));
  }

  @Delete(':upload_id')
  @HttpCode(204)
  @NoBody()
  @docs.GiveUploadUpDocs()
  async giveUp(
    @Param('image_id') imageId: string,
    @Param('upload_id') uploadId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.giveUploadUp.execute(imageId, uploadId, principal);
  }
}
