import type { NamedInDomain } from './authorization.js';
import type { Named } from './directory.js';
import type { TokenScope } from './token.js';

/** What a role can be given on. */
export type GrantTarget = Exclude<TokenScope, { kind: 'unscoped' }>;

/** That a user has a role somewhere. */
export interface RoleGrant {
  readonly userId: string;
  readonly roleId: string;
  readonly target: GrantTarget;
}

/** A grant with the names of everything in it. */
export interface RoleAssignment {
  /** Orders the list. */
  readonly id: string;
  readonly user: NamedInDomain;
  readonly role: Named;
  /** Null for both: the system. */
  readonly project: NamedInDomain | null;
  readonly domain: Named | null;
}

/** The role that each standard role implies; the ones further down follow. */
export const IMPLIED_ROLES = [
  { prior: 'admin', implied: 'manager' },
  { prior: 'manager', implied: 'member' },
  { prior: 'member', implied: 'reader' },
] as const;
