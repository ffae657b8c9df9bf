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

/**
 * An expression that tells the triggers of its transaction who asked, from a placeholder that stands for {@link originAsText}. It stands in
 * the RETURNING clause or the outermost select list of a statement that writes: triggers that fire after a statement see it, and it costs no
 * statement of its own.
 */
export const recordOriginAt = (placeholder: string): string =>
  `set_config('catalog.origin', ${placeholder}, true)`;

/** The same for a statement that writes several images; the placeholder stands for {@link originsAsText}. */
export const recordOriginsAt = (placeholder: string): string =>
  `set_config('catalog.origins', ${placeholder}, true)`;

/** For the database, as JSON: of each id, who asked for it. */
export function originsAsText(
  origins: readonly Readonly<Record<'id' | 'origin', string>>[],
): string {
  const members = origins.map(({ id, origin }) => `"${id}":${origin === '' ? 'null' : origin}`);
  return `{${members.join(',')}}`;
}
