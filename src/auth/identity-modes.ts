import type { TokenVerifier } from './token-verifier.js';

/** Null: not active. */
interface ActiveIdentities {
  readonly oidc: TokenVerifier | null;
  readonly embedded: TokenVerifier | null;
  readonly keystone: TokenVerifier | null;
  /** Of the one issuer that is asked about tokens that cannot be read. */
  readonly introspection: TokenVerifier | null;
}

/**
 * The identities that are active, and which of them a token belongs to. Exactly one decides about a token, so an
 * identity that refuses it is never overruled by another:
 * 1. a signed JWT that names a configured issuer is that issuer's, in whichever header it comes;
 * 2. a token with the form of the embedded identity's own is the embedded identity's;
 * 3. everything else is for Keystone to know, or, when it comes as a bearer token, for the issuer that is asked
 *    about such.
 */
export class IdentityModes {
  private readonly verifiers: readonly TokenVerifier[];
  private readonly bearerVerifiers: readonly TokenVerifier[];

  constructor({ oidc, embedded, keystone, introspection }: ActiveIdentities) {
    this.verifiers = [oidc, embedded, keystone].filter((verifier) => verifier !== null);
    this.bearerVerifiers = [oidc, introspection].filter((verifier) => verifier !== null);
  }

  /** For a token from `X-Auth-Token` or `X-Service-Token`. */
  verifierOf(token: string): TokenVerifier | null {
    return this.verifiers.find((verifier) => verifier.recognises(token)) ?? null;
  }

  /** For a token from `Authorization: Bearer`, which only OpenID Connect issuers hand out (identity C1). */
  verifierOfBearer(token: string): TokenVerifier | null {
    return this.bearerVerifiers.find((verifier) => verifier.recognises(token)) ?? null;
  }

  get acceptsBearer(): boolean {
    return this.bearerVerifiers.length > 0;
  }
}
