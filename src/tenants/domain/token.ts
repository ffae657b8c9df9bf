/** What a token is valid for. */
export type TokenScope =
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'project'; readonly projectId: string }
  | { readonly kind: 'domain'; readonly domainId: string }
  | { readonly kind: 'system' };

export const AUTH_METHODS = ['password', 'token', 'application_credential'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];
/** The protocol by which issuers vouch for users, as the Identity API names it. */
export const FEDERATION_PROTOCOL = 'openid';
/** How somebody proved who they are. */
export type TokenMethod = AuthMethod | typeof FEDERATION_PROTOCOL;

/** What the signature of a token vouches for. Everything else is looked up when the token is used. */
export interface TokenClaims {
  /** Names the token in logs and revocations without revealing it; 128 random bits, base64url. */
  readonly auditId: string;
  /** The token that this one was obtained with. */
  readonly parentAuditId: string | null;
  readonly userId: string;
  /** The user's generation at issue; a later generation of the user ends the token. */
  readonly generation: number;
  readonly scope: TokenScope;
  readonly methods: readonly TokenMethod[];
  readonly applicationCredentialId: string | null;
  /** The {@link FederatedLogin} that says who the user is; null for users of the embedded identity itself. */
  readonly federatedLoginId: string | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Claims whose signature was verified, and the key that signed them. */
export interface SignedClaims extends TokenClaims {
  readonly keyId: string;
}

/** For this long after its end an expired token may still be shown to services (`allow_expired`). */
export const EXPIRED_TOKEN_WINDOW_MS = 48 * 3600 * 1000;

/** A token with zero time left is expired; there is no leeway. */
export function isExpired(claims: TokenClaims, now: Date, graceMs = 0): boolean {
  return now.getTime() >= claims.expiresAt.getTime() + graceMs;
}
