import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PROBES } from '../probes.js';
import { routeOf, type RequestEnd, type RequestObserver } from '../request-observer.js';
import { withSpan } from './active-span.js';
import type { Attributes, Span, Tracing } from './span.js';

const spans = new WeakMap<FastifyRequest, Span>();

/** Undefined where requests are not traced. */
export const traceIdOf = (request: FastifyRequest): string | undefined =>
  spans.get(request)?.traceId;

/** What is known of a request apart from HTTP; asked when it has ended. */
export type DescribeRequest = (request: FastifyRequest) => Attributes;

/** A span for each request but those of probes, named and described as the conventions for HTTP servers say. */
export class RequestTraces implements RequestObserver {
  /** @param describe holds no secret */
  constructor(
    private readonly tracing: Tracing,
    private readonly describe: DescribeRequest,
    private readonly patternOf: (route: string) => string,
  ) {}

  started(request: FastifyRequest): void {
    const route = this.patternFor(request);
    if (route !== null && PROBES.has(route)) return;
    const { method, headers, protocol } = request;
    const span = this.tracing.begin(route === null ? method : `${method} ${route}`, {
      kind: 'server',
      continues: { traceparent: headers['traceparent'], tracestate: headers['tracestate'] },
      attributes: {
        'http.request.method': method,
        'http.route': route ?? undefined,
        'url.scheme': protocol,
        'client.address': request.ip,
        'network.protocol.version': request.raw.httpVersion,
      },
    });
    spans.set(request, span);
  }

  ended(request: FastifyRequest, { statusCode }: FastifyReply, end: RequestEnd): void {
    spans.get(request)?.end({
      attributes: {
        'http.response.status_code': statusCode,
        ...(end.isInterrupted && { 'catalog.interrupted': true }),
        ...this.describe(request),
      },
      errorType: statusCode >= 500 ? String(statusCode) : undefined,
    });
  }

  /** Lets what follows be a part of the request. Call when this observes already, and before other hooks. */
  enter(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      const span = spans.get(request);
      if (span === undefined) done();
      else withSpan(span, done);
    });
  }

  private patternFor(request: FastifyRequest): string | null {
    const route = routeOf(request);
    return route === null ? null : this.patternOf(route);
  }
}
