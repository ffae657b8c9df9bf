import type { Principal } from '../../kernel/principal.js';

/** Who may see what of the identity itself. Changes need `identity:manage` of `auth/policy.ts`. */

/** Administrators, and readers of the whole system. */
export function mayReadDirectory(principal: Principal): boolean {
  return principal.isAdmin || (principal.scope === 'system' && principal.roles.has('reader'));
}

/** Everybody may read their own user. */
export function mayReadUser(userId: string, principal: Principal): boolean {
  return principal.userId === userId || mayReadDirectory(principal);
}

/** Whoever works in a project may read its name. */
export function mayReadProject(projectId: string, principal: Principal): boolean {
  return principal.tenantId === projectId || mayReadDirectory(principal);
}

/** The owner, and services that were handed the token. */
export function mayInspectTokenOf(userId: string, principal: Principal): boolean {
  return mayReadUser(userId, principal) || principal.roles.has('service');
}

export function mayRevokeTokenOf(userId: string, principal: Principal): boolean {
  return principal.userId === userId || principal.isAdmin;
}

/**
 * Secrets are made and destroyed by their user, and not by a program that itself came in with a
 * restricted application credential.
 */
export function mayManageCredentialsOf(userId: string, principal: Principal): boolean {
  return principal.userId === userId && principal.isRestricted !== true;
}
