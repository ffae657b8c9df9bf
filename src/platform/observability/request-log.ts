import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** One line per request when it is answered: the route's pattern and the request id, never headers or bodies. */
export function logRequests(
  fastify: FastifyInstance,
  logger: Logger,
  describe: (request: FastifyRequest) => object,
): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id, routeOptions } = request;
    logger.info({
      requestId: id,
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      ...describe(request),
    });
    done();
  });
}
