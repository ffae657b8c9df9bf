import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ImportImage } from '../application/imports/import-image.js';
import { ShowTasks } from '../application/imports/show-tasks.js';
import * as docs from './image-import.openapi.js';
import { parseImport } from './import.request.js';
import { targetStore } from './store-choice.js';
import { taskOfImageJson } from './task.representation.js';

/** Bringing data in the background, and how far it is: section 2.9 of the Image API. */
@ApiTags('Image API v2: import')
@NeedsToken()
@Authenticated()
@Controller('v2/images/:image_id')
export class ImageImportController {
  constructor(
    @Inject(ImportImage) private readonly importImage: ImportImage,
    @Inject(ShowTasks) private readonly tasks: ShowTasks,
  ) {}

  @Post('import')
  @HttpCode(202)
  @docs.ImportImageDocs()
  async import(
    @Param('image_id') imageId: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const headerStoreId = targetStore(request.headers);
    const token = forwardableToken(request.headers);
    const command = { ...parseImport(body), imageId, headerStoreId, requestId: request.id, token };
    await this.importImage.execute(command, principal);
  }

  @Get('tasks')
  @NoBody()
  @docs.ListImageTasksDocs()
  async listTasks(@Param('image_id') imageId: string, @CurrentPrincipal() principal: Principal) {
    const tasks = await this.tasks.ofImage(imageId, principal);
    return { tasks: tasks.map(taskOfImageJson) };
  }
}

/** What other regions take as well; a bearer token is for us alone. */
function forwardableToken({ 'x-auth-token': token }: IncomingHttpHeaders): string | null {
  return typeof token === 'string' ? token.trim() : null;
}
