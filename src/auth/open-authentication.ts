import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from '../kernel/errors.js';
import { expandRoles, type Principal } from '../kernel/principal.js';
import { isLoopbackHost } from '../platform/config/loopback.js';
import { RequestAuthentication } from './request-authentication.js';

/** Whom everybody is. The id fits into the paths of the Compute API. */
const ADMINISTRATOR: Omit<Principal, 'expiresAt'> = {
  userId: 'developer',
  userName: 'developer',
  tenantId: 'de7e10be',
  tenantName: 'development',
  scope: 'project',
  roles: expandRoles(['admin']),
  isAdmin: true,
  serviceRoles: new Set(),
  auditIds: [],
};

const NEVER = new Date(8.64e15);

/**
 * Takes everybody for one administrator, whatever tokens they send: for development, on the own machine alone.
 * Requests that a page from elsewhere had a browser send are refused, by the name under which the page believes to
 * reach this machine (DNS rebinding) or by its origin.
 */
export class OpenAuthentication extends RequestAuthentication {
  // oxlint-disable-next-line typescript/require-await -- the port is asynchronous
  override async principalOf({ hostname, headers }: FastifyRequest): Promise<Principal> {
    if (!isLoopbackHost(hostname) || !isOwnOrigin(headers.origin)) throw new Unauthenticated();
    return { ...ADMINISTRATOR, expiresAt: NEVER };
  }
}

function isOwnOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);
}
