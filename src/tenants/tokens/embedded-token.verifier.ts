import { Inject, Injectable } from '@nestjs/common';
import {
  TokenVerifier,
  type VerifiedToken,
  type VerifyOptions,
} from '../../auth/token-verifier.js';
import type { Principal } from '../../kernel/principal.js';
import { ResolveToken, type ResolvedToken } from '../application/resolve-token.js';
import { EXPIRED_TOKEN_WINDOW_MS } from '../domain/token.js';
import { isOwnForm } from './jws.js';

/** The embedded identity as the rest of the service sees it: tokens are checked without leaving the process. */
@Injectable()
export class EmbeddedTokenVerifier extends TokenVerifier {
  private readonly verified = new WeakMap<ResolvedToken, VerifiedToken>();

  constructor(@Inject(ResolveToken) private readonly resolveToken: ResolveToken) {
    super();
  }

  /** Tokens of ours are the only ones with a shared secret behind them: issuers sign with key pairs. */
  override recognises(token: string): boolean {
    return isOwnForm(token);
  }

  override async verify(
    token: string,
    { allowExpired }: VerifyOptions,
  ): Promise<VerifiedToken | null> {
    const graceMs = allowExpired ? EXPIRED_TOKEN_WINDOW_MS : 0;
    const resolved = await this.resolveToken.execute(token, graceMs);
    if (resolved === null) return null;
    let verified = this.verified.get(resolved);
    if (verified === undefined) {
      verified = { principal: toPrincipal(resolved), accessRules: null };
      this.verified.set(resolved, verified);
    }
    return verified;
  }
}

export function toPrincipal({ claims, grant }: ResolvedToken): Principal {
  const roles = new Set(grant.roles.map((role) => role.name.toLowerCase()));
  return {
    userId: grant.user.id,
    userName: grant.user.name,
    tenantId: grant.project?.id ?? null,
    tenantName: grant.project?.name ?? null,
    scope: grant.scope,
    roles,
    isAdmin: roles.has('admin'),
    serviceRoles: new Set(),
    isRestricted: grant.applicationCredential?.isRestricted ?? false,
    ...(claims.federatedLoginId !== null && { federatedLoginId: claims.federatedLoginId }),
    expiresAt: claims.expiresAt,
    auditIds: [claims.auditId, ...(claims.parentAuditId === null ? [] : [claims.parentAuditId])],
  };
}
