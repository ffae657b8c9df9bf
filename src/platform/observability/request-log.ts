import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { PROBES } from './probes.js';
import { trafficSince, type RequestEnd, type RequestObserver } from './request-observer.js';

/** One line per request when it has ended: the route's pattern and the request id, never headers or bodies. */
export class RequestLog implements RequestObserver {
  /** @param describe further fields, which hold no secret */
  constructor(
    private readonly logger: Logger,
    private readonly describe: (request: FastifyRequest) => object,
  ) {}

  ended(request: FastifyRequest, { statusCode: status }: FastifyReply, end: RequestEnd): void {
    const { received, sent } = trafficSince(request.raw.socket);
    const level = levelOf(end.route, status);
    if (!this.logger.isLevelEnabled(level)) return;
    const { id: requestId, method, ip: client } = request;
    const durationMs = Math.round(end.seconds * 10_000) / 10;
    this.logger[level]({
      requestId,
      method,
      route: end.route,
      status,
      durationMs,
      bytesReceived: received,
      bytesSent: sent,
      client,
      ...(end.isInterrupted && { interrupted: true }),
      ...this.describe(request),
    });
  }
}

function levelOf(route: string | null, status: number): 'debug' | 'info' | 'warn' {
  if (status >= 500) return 'warn';
  return route !== null && PROBES.has(route) ? 'debug' : 'info';
}
