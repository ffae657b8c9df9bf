import type { Principal } from '../kernel/principal.js';

const principals = new WeakMap<object, Principal>();

export function rememberPrincipal(request: object, principal: Principal): void {
  principals.set(request, principal);
}

/** The principal of a request that passed the authentication guard. */
export function principalOf(request: object): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('This route is public and has no principal.');
  return principal;
}

/** For logs: the tenant of a request, if it has one. */
export const tenantOf = (request: object): string | null =>
  principals.get(request)?.tenantId ?? null;
