import type { TokenClaims, TokenMethod, TokenScope } from '../domain/token.js';

/** The JSON inside a token. Short names and no empty members: the token travels with every request. */
interface TokenPayload {
  readonly jti: string;
  /** Audit id of the parent. */
  readonly par?: string;
  readonly sub: string;
  readonly gen: number;
  /** `p:<project id>`, `d:<domain id>` or `s`; absent when unscoped. */
  readonly scp?: string;
  /** First letters of the methods, in order. */
  readonly amr: string;
  /** Application credential. */
  readonly apc?: string;
  /** Log-in through an issuer. */
  readonly fed?: string;
  /** Seconds since the epoch, to the millisecond (RFC 7519 2: NumericDate). */
  readonly iat: number;
  readonly exp: number;
}

const LETTER_OF_METHOD = {
  password: 'p',
  token: 't',
  application_credential: 'a',
  openid: 'o',
} as const satisfies Record<TokenMethod, string>;

const METHOD_OF_LETTER: Readonly<Record<string, TokenMethod>> = {
  p: 'password',
  t: 'token',
  a: 'application_credential',
  o: 'openid',
};

export function toPayload(claims: TokenClaims): TokenPayload {
  const { parentAuditId, applicationCredentialId, federatedLoginId } = claims;
  const scope = scopeText(claims.scope);
  return {
    jti: claims.auditId,
    ...(parentAuditId !== null && { par: parentAuditId }),
    sub: claims.userId,
    gen: claims.generation,
    ...(scope !== null && { scp: scope }),
    amr: claims.methods.map((method) => LETTER_OF_METHOD[method]).join(''),
    ...(applicationCredentialId !== null && { apc: applicationCredentialId }),
    ...(federatedLoginId !== null && { fed: federatedLoginId }),
    iat: claims.issuedAt.getTime() / 1000,
    exp: claims.expiresAt.getTime() / 1000,
  };
}

/** Reads what {@link toPayload} wrote; the signature vouches that nobody else wrote it. */
export function fromPayload(payload: unknown): TokenClaims {
  const { jti, par, sub, gen, scp, amr, apc, fed, iat, exp } = payload as TokenPayload;
  return {
    auditId: jti,
    parentAuditId: par ?? null,
    userId: sub,
    generation: gen,
    scope: scopeOf(scp),
    methods: [...amr].flatMap((letter) => METHOD_OF_LETTER[letter] ?? []),
    applicationCredentialId: apc ?? null,
    federatedLoginId: fed ?? null,
    issuedAt: new Date(Math.round(iat * 1000)),
    expiresAt: new Date(Math.round(exp * 1000)),
  };
}

function scopeText(scope: TokenScope): string | null {
  switch (scope.kind) {
    case 'unscoped':
      return null;
    case 'project':
      return `p:${scope.projectId}`;
    case 'domain':
      return `d:${scope.domainId}`;
    case 'system':
      return 's';
  }
}

function scopeOf(text: string | undefined): TokenScope {
  if (text === undefined) return { kind: 'unscoped' };
  if (text === 's') return { kind: 'system' };
  const id = text.slice(2);
  return text.startsWith('p:')
    ? { kind: 'project', projectId: id }
    : { kind: 'domain', domainId: id };
}
