import { Controller, UseGuards, UseInterceptors, applyDecorators } from '@nestjs/common';
import { Authenticated } from '../../auth/decorators.js';
import { NeedsToken } from '../http/openapi.js';
import { MediaTypeGuard } from './media-type.guard.js';
import { MicroversionGuard } from './microversion.guard.js';
import { OperationGuard } from './operation.guard.js';
import { ReplyInterceptor } from './reply.interceptor.js';
import { RequestBodyGuard } from './request-body.js';
import { TENANT_PATH, TenantPathGuard } from './tenant-path.guard.js';

/**
 * A controller of the Compute dialect: both spellings of its path, and the checks in the order that
 * compute-v2.1 section 4 lays down. Every handler declares its `@Operation()`.
 */
export const ComputeController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller([`v2.1/${path}`, `v2.1/${TENANT_PATH}/${path}`]),
    Authenticated(),
    NeedsToken(),
    UseGuards(MicroversionGuard, MediaTypeGuard, RequestBodyGuard, TenantPathGuard, OperationGuard),
    UseInterceptors(ReplyInterceptor),
  );
