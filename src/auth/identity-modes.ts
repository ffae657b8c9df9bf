import type { TokenVerifier } from './token-verifier.js';

/**
 * The identities that are active, and which of them a token belongs to. Exactly one decides about a token, so an
 * identity that refuses it is never overruled by another:
 * 1. a signed JWT that names a configured issuer is that issuer's, in whichever header it comes;
 * 2. a token with the form of the embedded identity's own is the embedded identity's;
 * 3. everything else is for Keystone to know.
 */
export class IdentityModes {
  private readonly verifiers: readonly TokenVerifier[];

  /** Null: not active. */
  constructor(
    private readonly oidc: TokenVerifier | null,
    embedded: TokenVerifier | null,
    keystone: TokenVerifier | null,
  ) {
    this.verifiers = [oidc, embedded, keystone].filter((verifier) => verifier !== null);
  }

  /** For a token from `X-Auth-Token` or `X-Service-Token`. */
  verifierOf(token: string): TokenVerifier | null {
    return this.verifiers.find((verifier) => verifier.recognises(token)) ?? null;
  }

  /** For a token from `Authorization: Bearer`, which only issuers of JWTs hand out (identity C1). */
  verifierOfBearer(token: string): TokenVerifier | null {
    return this.oidc?.recognises(token) === true ? this.oidc : null;
  }

  get acceptsBearer(): boolean {
    return this.oidc !== null;
  }
}
