import { Inject, Injectable } from '@nestjs/common';
import { TokenVerifier } from '../../auth/token-verifier.js';
import type { Principal } from '../../kernel/principal.js';
import { ResolveToken, type ResolvedToken } from '../application/resolve-token.js';

/** The embedded identity as the rest of the service sees it: tokens are checked without leaving the process. */
@Injectable()
export class EmbeddedTokenVerifier extends TokenVerifier {
  private readonly principals = new WeakMap<ResolvedToken, Principal>();

  constructor(@Inject(ResolveToken) private readonly resolveToken: ResolveToken) {
    super();
  }

  override async verify(token: string): Promise<Principal | null> {
    const resolved = await this.resolveToken.execute(token);
    if (resolved === null) return null;
    let principal = this.principals.get(resolved);
    if (principal === undefined) {
      principal = toPrincipal(resolved);
      this.principals.set(resolved, principal);
    }
    return principal;
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
    expiresAt: claims.expiresAt,
    auditIds: [claims.auditId, ...(claims.parentAuditId === null ? [] : [claims.parentAuditId])],
  };
}
