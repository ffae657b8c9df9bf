import type { ChangeOrigin } from '../kernel/change-origin.js';
import type { Principal } from '../kernel/principal.js';

const PRINCIPAL = Symbol('principal');

/** Requests keep their callers themselves. */
interface Asked {
  [PRINCIPAL]?: Principal;
}

export function rememberPrincipal(request: object, principal: Principal): void {
  (request as Asked)[PRINCIPAL] = principal;
}

/** The principal of a request that passed the authentication guard. */
export function principalOf(request: object): Principal {
  const principal = (request as Asked)[PRINCIPAL];
  if (principal === undefined) throw new Error('This route is public and has no principal.');
  return principal;
}

/** For logs and records of changes: the request, and its caller if that is known. */
export function originOf(request: { readonly id: string }): ChangeOrigin {
  const principal = (request as Asked)[PRINCIPAL];
  return {
    userId: principal?.userId ?? null,
    tenantId: principal?.tenantId ?? null,
    requestId: request.id,
  };
}
