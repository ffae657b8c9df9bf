import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChangeOrigin } from '../../kernel/change-origin.js';

const origins = new AsyncLocalStorage<() => ChangeOrigin | null>();

/**
 * Runs `work` so that the records of what it changes name this origin. For records only: what a caller may do is
 * never decided by it (ADR 30). `origin` is asked when something is written, since a request is known before its caller.
 */
export function withOrigin<T>(origin: () => ChangeOrigin | null, work: () => T): T {
  return origins.run(origin, work);
}

/** For the database, as JSON; the empty text where there is none: the service itself. */
export function originAsText(): string {
  const origin = origins.getStore()?.() ?? null;
  if (origin === null) return '';
  const { userId, tenantId, requestId } = origin;
  return JSON.stringify({ user_id: userId, tenant_id: tenantId, request_id: requestId });
}
