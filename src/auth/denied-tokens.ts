import type { IssuedIdentity } from './token-verifier.js';

/** Port: bearer tokens that the operator no longer accepts, although their issuer stands by them (identity C6). */
export abstract class DeniedTokens {
  /**
   * A denial counts at once in the process that took it and within two seconds in all others.
   * @throws Unavailable when the list is needed and the database does not answer
   */
  abstract denies(token: Omit<IssuedIdentity, 'provider' | 'tenants'>): Promise<boolean>;
}
