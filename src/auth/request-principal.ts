import type { ChangeOrigin } from '../kernel/change-origin.js';
import type { Principal } from '../kernel/principal.js';

const CALL = Symbol('call');

/** Who asks, as far as that is known. */
interface Call {
  readonly requestId: string;
  principal: Principal | null;
}

/** Requests keep their calls themselves. */
interface Asked {
  readonly id: string;
  [CALL]?: Call;
}

const callOf = (request: Asked): Call =>
  (request[CALL] ??= { requestId: request.id, principal: null });

export function rememberPrincipal(request: Asked, principal: Principal): void {
  callOf(request).principal = principal;
}

/** The principal of a request that passed the authentication guard. */
export function principalOf(request: Asked): Principal {
  const { principal } = callOf(request);
  if (principal === null) throw new Error('This route is public and has no principal.');
  return principal;
}

/** For logs and records of changes: the request, and its caller if that is known. */
export const originOf = (request: Asked): ChangeOrigin => origin(callOf(request));

/**
 * The same for what is kept with everything that a request begins. The timer of its connection is among that, and lives until the next request:
 * so it holds the call, and not the request with all that hangs on it.
 */
export function lateOriginOf(request: Asked): () => ChangeOrigin {
  const call = callOf(request);
  return () => origin(call);
}

const origin = ({ requestId, principal }: Call): ChangeOrigin => ({
  userId: principal?.userId ?? null,
  tenantId: principal?.tenantId ?? null,
  requestId,
});
