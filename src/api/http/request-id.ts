import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { mountOf } from './mount.js';

/**
 * The id under which a request is logged and answered (`x-openstack-request-id`): the client's own when
 * it is at most 64 harmless characters, with `req-` put in front if missing, else a fresh one (S-41).
 */
export function requestIdFrom(headers: IncomingHttpHeaders): string {
  const given = headers['x-openstack-request-id'];
  if (typeof given !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(given)) {
    return `req-${randomUUID()}`;
  }
  return given.startsWith('req-') ? given : `req-${given}`;
}

/** The headers by which every answer tells the id of its request. */
export const marksOf = (request: IncomingMessage, id: string): Readonly<Record<string, string>> =>
  mountOf(request).dialect === 'compute'
    ? { 'x-openstack-request-id': id, 'x-compute-request-id': id }
    : { 'x-openstack-request-id': id };
