import { permits } from '../../auth/policy.js';
import type { Principal } from '../../kernel/principal.js';

/** Everybody may read their own user. */
export function mayReadUser(userId: string, principal: Principal): boolean {
  return principal.userId === userId || permits('identity:read', principal);
}

/** Whoever works in a project may read its name. */
export function mayReadProject(projectId: string, principal: Principal): boolean {
  return principal.tenantId === projectId || permits('identity:read', principal);
}

/** The owner, and services that were handed the token. */
export function mayInspectTokenOf(userId: string, principal: Principal): boolean {
  return mayReadUser(userId, principal) || principal.roles.has('service');
}

export function mayRevokeTokenOf(userId: string, principal: Principal): boolean {
  return principal.userId === userId || principal.isAdmin;
}

/**
 * Secrets are made by their user: not by a program that came in with a restricted credential itself, and not for users of
 * an issuer, whom a secret would outlive.
 */
export function mayMakeCredentialsOf(userId: string, principal: Principal): boolean {
  const isOwn = principal.userId === userId && principal.federatedLoginId === undefined;
  return isOwn && principal.isRestricted !== true;
}

export function mayRemoveCredentialsOf(userId: string, principal: Principal): boolean {
  return (principal.userId === userId || principal.isAdmin) && principal.isRestricted !== true;
}
