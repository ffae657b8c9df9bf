import type { Principal } from '../kernel/principal.js';

/**
 * Port: a token in, a principal out. One adapter per identity mode; adapters are asked in the order
 * they are bound and the first that recognises the token's form decides.
 */
export abstract class TokenVerifier {
  /**
   * @returns the principal; `null` when the token is unknown, expired, revoked or of another issuer
   * @throws Unavailable when the identity service cannot be asked; never falls back to stale data
   */
  abstract verify(token: string): Promise<Principal | null>;
}
