import type { Principal } from '../kernel/principal.js';
import type { AccessRule } from './access-rules.js';

export interface VerifyOptions {
  /** A service vouches for the caller: a token that ended a while ago will do (identity A7). */
  readonly allowExpired: boolean;
  /** The tenant that the caller picked, for tokens that name several. */
  readonly tenant: string | null;
}

/** What an issuer says of the holder of its token, with every tenant that the token reaches. */
export interface IssuedIdentity {
  /** The claim `iss`, and the issuer's short name in the configuration. */
  readonly issuer: string;
  readonly provider: string;
  /** The claims `sub`, `jti` and `iat`. */
  readonly subject: string | null;
  readonly tokenId: string | null;
  readonly issuedAt: Date | null;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly roles: ReadonlySet<string>;
  }[];
}

export interface VerifiedToken {
  readonly principal: Principal;
  /** Only of tokens of OpenID Connect issuers. */
  readonly issued?: IssuedIdentity;
  /** The only requests that the token may be used for; null is any, an empty list none. */
  readonly accessRules: readonly AccessRule[] | null;
}

/** Port: a token in, who is asking out. One adapter per mode of identity; see {@link IdentityModes}. */
export abstract class TokenVerifier {
  /** Has the token the form of this identity's own? Judged without asking anybody. */
  abstract recognises(token: string): boolean;

  /**
   * @returns null when the token is unknown, forged, expired, revoked or meant for somebody else
   * @throws Unavailable when the identity cannot be asked; never falls back to stale data
   * @throws Forbidden when the identity is established, but not for the tenant that the caller picked
   */
  abstract verify(token: string, options: VerifyOptions): Promise<VerifiedToken | null>;
}

/** Injection token of the {@link TokenVerifier} of the identity that the service embeds. */
export const EMBEDDED_IDENTITY = Symbol('EMBEDDED_IDENTITY');
