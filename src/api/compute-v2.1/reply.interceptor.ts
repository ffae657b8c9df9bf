import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { profileOf } from '../http/profile.js';
import { toJsonText, type JsonValue } from './json-text.js';
import { operationOf } from './operation.guard.js';

const JSON_TYPE = 'application/json';
const VENDOR_TYPE = 'application/vnd.openstack.compute+json';

/** Sends what a handler returns: as JSON in the key order of the profile, or as an empty body. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor<
  JsonValue | undefined,
  string | undefined
> {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  intercept(
    context: ExecutionContext,
    next: CallHandler<JsonValue | undefined>,
  ): Observable<string | undefined> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const isRead = request.method === 'GET' && operationOf(this.reflector, context) !== undefined;
    const order =
      profileOf(request.raw, this.config) === 'published' ? 'by-code-point' : 'as-built';
    return next.handle().pipe(
      map((document) => {
        if (document === undefined) return undefined;
        if (isRead && this.config.compute.isNonAuthoritative) void reply.code(203);
        void reply.header('Content-Type', contentTypeFor(request.headers.accept));
        return toJsonText(document, order);
      }),
    );
  }
}

/** The vendor type only when it alone is asked for; `Accept` never causes 406 (compute-v2.1 section 2). */
export function contentTypeFor(accept: string | undefined): string {
  const ranges = new Set((accept ?? '').split(',').map((range) => range.split(';', 1)[0]?.trim()));
  const isPlainWelcome = [JSON_TYPE, 'application/*', '*/*'].some((type) => ranges.has(type));
  return ranges.has(VENDOR_TYPE) && !isPlainWelcome ? VENDOR_TYPE : JSON_TYPE;
}
