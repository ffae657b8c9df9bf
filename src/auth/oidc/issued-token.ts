import { Forbidden, quote } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { VerifiedToken } from '../token-verifier.js';
import type { MappedClaims, ReachedTenant } from './claims-mapping.js';
import type { IssuedToken } from './issuer.js';

/** As long as it is remembered. */
export interface RememberedToken extends IssuedToken {
  readonly userId: string;
  readonly expiresAtMs: number;
}

/** @param prefix keeps users of several identities apart; null: there is one alone */
export function remembered(token: IssuedToken, prefix: string | null): RememberedToken | null {
  const { userId } = token.claims;
  if (userId === null) return null;
  return {
    ...token,
    userId: prefix === null ? userId : `${prefix}:${userId}`,
    // Between its end and the end of the leeway for clocks a token is checked every time.
    expiresAtMs: token.expiresAt.getTime(),
  };
}

/** @throws Forbidden when the caller picks a tenant that the token does not name */
export function verified(token: RememberedToken, tenant: string | null): VerifiedToken {
  const { issuer, provider, subject, tokenId, issuedAt, claims } = token;
  return {
    principal: toPrincipal(token, pick(claims, tenant)),
    issued: { issuer, provider, subject, tokenId, issuedAt, tenants: claims.tenants },
    accessRules: null,
  };
}

function pick(claims: MappedClaims, picked: string | null): ReachedTenant | null {
  if (picked === null) return claims.defaultTenant;
  const found = claims.tenants.find(({ id, external }) => id === picked || external === picked);
  if (found === undefined)
    throw new Forbidden(`The token does not reach the project ${quote(picked)}.`);
  return found;
}

function toPrincipal(
  { claims, userId, expiresAt, tokenId }: RememberedToken,
  tenant: ReachedTenant | null,
): Principal {
  const roles = tenant?.roles ?? claims.roles;
  return {
    userId,
    userName: claims.userName,
    tenantId: tenant?.id ?? null,
    tenantName: tenant?.name ?? null,
    scope: tenant === null ? 'unscoped' : 'project',
    roles,
    isAdmin: roles.has('admin'),
    serviceRoles: new Set(),
    expiresAt,
    auditIds: tokenId === null ? [] : [tokenId],
  };
}
