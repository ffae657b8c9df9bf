import {
  Catch,
  HttpException,
  Inject,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, NotFound, Overloaded } from '../kernel/errors.js';
import { translateDatabaseError } from '../platform/database/database-errors.js';
import { Challenges } from './http/challenges.js';
import { kindOfStatus } from './http/error-status.js';
import { renderError } from './render-error.js';

/** The only exception filter: every failure leaves in the dialect of the path it came in on. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(@Inject(Challenges) private readonly challenges: Challenges) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.reply(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also the error handler of Fastify itself, for what fails before a route is found. */
  reply(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = toDomainError(thrown);
    if (isFault(error)) {
      this.logger.error({ requestId: request.id, code: error.code, err: thrown });
    }
    // A request that was read to its end counts as destroyed; only the response tells whether anybody listens.
    if (reply.sent || reply.raw.destroyed) return;
    const rendered = renderError(error, request.raw);
    // Every 401 carries the challenges, also one raised deep in the application (identity A9).
    const challenges = this.challenges.for(rendered.status, request);
    if (challenges.length > 0) void reply.header('WWW-Authenticate', oneOrMany(challenges));
    void reply
      .code(rendered.status)
      .headers(error.headers)
      .header('Content-Type', rendered.contentType)
      .send(rendered.body);
  }
}

const isFault = (error: DomainError): boolean =>
  error.kind === 'internal' || (error.kind === 'unavailable' && !(error instanceof Overloaded));

const oneOrMany = (values: readonly string[]): string | string[] =>
  values.length === 1 ? String(values[0]) : [...values];

/** Whatever was thrown, as something with a public message. Unknown faults say nothing about themselves. */
export function toDomainError(thrown: unknown): DomainError {
  const error = translateDatabaseError(thrown);
  if (error instanceof DomainError) return error;
  const status = statusOf(error);
  if (status === 404) return new NotFound();
  if (status !== null && status < 500) {
    const kind = kindOfStatus(status);
    return new DomainError(kind, `http-${status}`, publicMessage(error), { cause: error });
  }
  return new DomainError('internal', 'internal', 'An unexpected fault occurred.', {
    cause: error,
  });
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** Validation failures list what is wrong; other framework errors carry a fixed sentence. */
function publicMessage(error: unknown): string {
  if (error instanceof HttpException) {
    const response = error.getResponse();
    const detail = typeof response === 'object' && 'message' in response ? response.message : null;
    if (Array.isArray(detail)) return detail.join('; ').slice(0, 500);
  }
  return error instanceof Error ? error.message.slice(0, 200) : 'The request is refused.';
}
