import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { ImportMethods } from '../application/imports/import-methods.js';
import { ImageDataStores } from '../application/ports/image-data-stores.js';

/** Tells with a new image how data can be brought to it (image-v2 2.2); what there is not is left out. */
@Injectable()
export class AnnounceImports implements NestInterceptor {
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    @Inject(ImportMethods) { offered }: ImportMethods,
    @Inject(ImageDataStores) { all }: ImageDataStores,
  ) {
    this.headers = {
      ...(offered.length > 0 && { 'OpenStack-image-import-methods': offered.join(',') }),
      ...(all.length > 1 && { 'OpenStack-image-store-ids': all.map(({ id }) => id).join(',') }),
    };
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap(() => void reply.headers(this.headers)));
  }
}
