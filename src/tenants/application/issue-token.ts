import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Unauthenticated } from '../../kernel/errors.js';
import type { TokenClaims } from '../domain/token.js';
import type { AuthRequest, ProvenUser, ScopeRequest } from './auth-request.js';
import { AuthorizeScope, type AuthorizedScope } from './authorize-scope.js';
import { TokenCodec } from './ports/token-codec.js';
import { ProveIdentity, earlier } from './prove-identity.js';
import type { ResolvedToken } from './resolve-token.js';

export interface IssuedToken extends ResolvedToken {
  readonly token: string;
}

/** Injection token: how long a token lives, in milliseconds. */
export const TOKEN_LIFETIME_MS = Symbol('TOKEN_LIFETIME_MS');
/** 128 bits that cannot be guessed (S-10). */
const AUDIT_ID_BYTES = 16;

/** Logs somebody in: proofs of identity and a wanted scope in, a token out. */
@Injectable()
export class IssueToken {
  constructor(
    @Inject(ProveIdentity) private readonly proveIdentity: ProveIdentity,
    @Inject(AuthorizeScope) private readonly authorizeScope: AuthorizeScope,
    @Inject(TokenCodec) private readonly codec: TokenCodec,
    @Inject(TOKEN_LIFETIME_MS) private readonly lifetimeMs: number,
  ) {}

  /**
   * @throws Unauthenticated for whatever is wrong with the proofs or the scope
   * @throws TooManyAttempts when the user or the address has failed too often
   */
  async execute({ proofs, scope, address }: AuthRequest): Promise<IssuedToken> {
    const user = await this.proveIdentity.execute(proofs, address);
    const isCredential = proofs.some(({ method }) => method === 'application_credential');
    // An application credential has a scope of its own, and asking for another is an error (B4).
    if (isCredential && scope.kind !== 'default') throw new Unauthenticated();
    return this.issueTo(user, scope);
  }

  /** @throws Unauthenticated when there is no such scope, or the user has no role on it */
  async issueTo(user: ProvenUser, scope: ScopeRequest): Promise<IssuedToken> {
    const authorized = await this.authorizeScope.execute(scope, user);
    if (authorized === null) throw new Unauthenticated();
    const claims = this.claim(user, authorized);
    return { token: await this.codec.encode(claims), claims, grant: authorized.grant };
  }

  private claim(user: ProvenUser, { scope }: AuthorizedScope): TokenClaims {
    const issuedAt = new Date();
    const fullLife = new Date(issuedAt.getTime() + this.lifetimeMs);
    return {
      auditId: randomBytes(AUDIT_ID_BYTES).toString('base64url'),
      parentAuditId: user.parentAuditId,
      userId: user.userId,
      generation: user.generation,
      scope,
      methods: user.methods,
      applicationCredentialId: user.applicationCredential?.id ?? null,
      federatedLoginId: user.federatedLogin?.id ?? null,
      issuedAt,
      // S-04: whatever it was obtained with, a token does not outlive.
      expiresAt: earlier(user.notAfter, fullLife) ?? fullLife,
    };
  }
}
