import type { FastifyReply, FastifyRequest } from 'fastify';

/** Nothing that an API answers is a page: should a browser show it as one, it may load nothing and run nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Swagger UI brings its own scripts; its styles and icons are in the page. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const YEAR_SECONDS = 31_536_000;

/**
 * What every answer tells browsers (S-42).
 * @param isEncrypted clients come by https, so they shall always do
 */
export function secure(request: FastifyRequest, reply: FastifyReply, isEncrypted: boolean): void {
  const isDocs = request.url.startsWith('/docs');
  reply.header('x-content-type-options', 'nosniff');
  reply.header('content-security-policy', isDocs ? DOCS_POLICY : API_POLICY);
  if (isDocs) reply.header('referrer-policy', 'no-referrer').header('x-frame-options', 'DENY');
  if (isEncrypted) reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
}
