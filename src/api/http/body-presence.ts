import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { InvalidRequest } from '../../kernel/errors.js';

/** Image API 2.0: a body is present with a positive length, or chunked on a method that carries one. */
export function hasBody(request: IncomingMessage): boolean {
  const length = Number(request.headers['content-length'] ?? '0');
  if (length > 0) return true;
  const carriesBody = /^(POST|PUT|PATCH)$/.test(request.method ?? '');
  return carriesBody && request.headers['transfer-encoding'] !== undefined;
}

/** The raw request of Node.js, for what must not go through a body parser. */
export const RawRequest = createParamDecorator(
  (_data: unknown, context: ExecutionContext): IncomingMessage =>
    context.switchToHttp().getRequest<{ raw: IncomingMessage }>().raw,
);

/** @throws InvalidRequest when a route that takes no body is sent one */
export function refuseBody(request: IncomingMessage): void {
  if (hasBody(request)) throw new InvalidRequest('This operation does not accept a request body.');
}
