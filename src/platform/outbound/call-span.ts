import type { SpanEnd, SpanOptions } from '../observability/tracing/span.js';

/** A call to a service, as the conventions for HTTP clients describe it: without query, user and password. */
export function callSpan(method: string, url: string): SpanOptions {
  const { origin, pathname, hostname, port, protocol } = new URL(url);
  return {
    kind: 'client',
    attributes: {
      'http.request.method': method,
      'url.full': origin + pathname,
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    },
  };
}

export const endOfCall = (status: number): SpanEnd => ({
  attributes: { 'http.response.status_code': status },
  errorType: status >= 400 ? String(status) : undefined,
});
