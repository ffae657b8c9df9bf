import type { FastifyRequest } from 'fastify';
import type { Principal } from '../kernel/principal.js';

/** Port: who sends a request. */
export abstract class RequestAuthentication {
  /**
   * @throws Unauthenticated when that is not established
   * @throws Forbidden when the credentials do not reach the tenant that was picked
   * @throws InvalidRequest for credentials that contradict one another
   * @throws Unavailable when an identity cannot be asked
   */
  abstract principalOf(request: FastifyRequest): Promise<Principal>;
}
