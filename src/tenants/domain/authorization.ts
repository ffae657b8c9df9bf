import { expandRoles } from '../../kernel/principal.js';
import type { Named } from './directory.js';
import type { TokenClaims, TokenScope } from './token.js';

export interface NamedInDomain extends Named {
  readonly domain: Named;
}

/** The present state of everything that a token depends on, read with one statement. */
export interface AuthorizationSnapshot {
  readonly user: NamedInDomain & {
    /** The user and its domain. */
    readonly isEnabled: boolean;
    readonly generation: number;
  };
  /** Null: not asked for, or gone. */
  readonly project: (NamedInDomain & { readonly isEnabled: boolean }) | null;
  readonly domain: (Named & { readonly isEnabled: boolean }) | null;
  readonly assignedRoles: readonly Named[];
  /** The roles that others imply, to give implied roles their ids. */
  readonly standardRoles: readonly Named[];
  readonly applicationCredential:
    | (Named & {
        readonly projectId: string;
        readonly roleIds: readonly string[];
        readonly isUnrestricted: boolean;
      })
    | null;
  /** The issuer that vouches for the user; null for users of the embedded identity itself. */
  readonly identityProvider: string | null;
  readonly isRevoked: boolean;
  readonly isKeyKnown: boolean;
}

/** What a caller may be taken for: who, where, with which roles. */
export interface Grant {
  readonly user: NamedInDomain;
  readonly scope: TokenScope['kind'];
  readonly project: NamedInDomain | null;
  readonly domain: Named | null;
  /** Implied roles included. */
  readonly roles: readonly Named[];
  readonly applicationCredential: (Named & { readonly isRestricted: boolean }) | null;
  readonly identityProvider: string | null;
}

type Claims = Pick<TokenClaims, 'generation' | 'scope' | 'applicationCredentialId'>;

/**
 * The one rule on whether a token (or the right to one) stands: the user and its domain are enabled, the
 * generation is the user's present one, nothing was revoked, the scope exists and is enabled, and at
 * least one role is left on it.
 * @returns null when it does not stand
 */
export function grantFor(claims: Claims, snapshot: AuthorizationSnapshot): Grant | null {
  if (!identityStands(claims, snapshot) || !scopeStands(claims.scope, snapshot)) return null;
  const roles = effectiveRoles(claims, snapshot);
  if (claims.scope.kind !== 'unscoped' && roles.length === 0) return null;
  const { user, project, domain, applicationCredential, identityProvider } = snapshot;
  return {
    user: { id: user.id, name: user.name, domain: user.domain },
    scope: claims.scope.kind,
    project: project && { id: project.id, name: project.name, domain: project.domain },
    domain: domain && { id: domain.id, name: domain.name },
    roles,
    applicationCredential: applicationCredential && {
      id: applicationCredential.id,
      name: applicationCredential.name,
      isRestricted: !applicationCredential.isUnrestricted,
    },
    identityProvider,
  };
}

function identityStands(claims: Claims, snapshot: AuthorizationSnapshot): boolean {
  const { user, isRevoked, isKeyKnown } = snapshot;
  if (isRevoked || !isKeyKnown) return false;
  return (
    user.isEnabled && user.generation === claims.generation && credentialStands(claims, snapshot)
  );
}

/** A token from an application credential ends with it and never leaves its project. */
function credentialStands(claims: Claims, snapshot: AuthorizationSnapshot): boolean {
  if (claims.applicationCredentialId === null) return true;
  const credential = snapshot.applicationCredential;
  return (
    credential !== null &&
    claims.scope.kind === 'project' &&
    claims.scope.projectId === credential.projectId
  );
}

function scopeStands(scope: TokenScope, snapshot: AuthorizationSnapshot): boolean {
  switch (scope.kind) {
    case 'project':
      return snapshot.project?.isEnabled === true;
    case 'domain':
      return snapshot.domain?.isEnabled === true;
    case 'system':
    case 'unscoped':
      return true;
  }
}

function effectiveRoles(claims: Claims, snapshot: AuthorizationSnapshot): Named[] {
  const all = withImplied(snapshot.assignedRoles, snapshot.standardRoles);
  if (claims.applicationCredentialId === null) return all;
  // The credential's own roles, as far as its user still has them.
  const kept = new Set(snapshot.applicationCredential?.roleIds);
  return withImplied(
    all.filter((role) => kept.has(role.id)),
    snapshot.standardRoles,
  );
}

/** The roles and all that they imply, each once, in order of name. */
export function withImplied(assigned: readonly Named[], standard: readonly Named[]): Named[] {
  const rolesByName = new Map([...standard, ...assigned].map((role) => [role.name, role]));
  const names = new Set([
    ...assigned.map((role) => role.name),
    ...expandRoles(assigned.map((role) => role.name)),
  ]);
  return [...names]
    .flatMap((name) => rolesByName.get(name) ?? [])
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
