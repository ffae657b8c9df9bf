import type { FastifyRequest } from 'fastify';

const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/;
const UNKNOWN = 'application/x-unknown';

/**
 * Fastify refuses a `Content-Type` that is no media type before anybody is authenticated. Here it is for the
 * routes to judge, and most do not look at it at all (image-v2 2.0); they find the header on the raw request.
 */
export function tolerateMediaType(request: FastifyRequest): void {
  const type = request.raw.headers['content-type'];
  if (type !== undefined && !MEDIA_TYPE.test(type)) request.headers = { 'content-type': UNKNOWN };
}
