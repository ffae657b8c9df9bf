/** The things the embedded identity knows, as the Identity API names them. A project is a tenant elsewhere. */

/** The domain that names without a domain fall into; clients hard-code its id and its name. */
export const DEFAULT_DOMAIN_ID = 'default';
export const DEFAULT_DOMAIN_NAME = 'Default';

/** A moment as exact as it was given: UTC, `YYYY-MM-DDTHH:MM:SS.ffffff`. A `Date` knows milliseconds only. */
export type Microtime = string;

/** Something that is shown by id and name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Domain extends Named {
  readonly description: string;
  readonly isEnabled: boolean;
}

export interface Project extends Named {
  readonly domainId: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly tags: readonly string[];
}

export interface User extends Named {
  readonly domainId: string;
  readonly email: string | null;
  readonly description: string | null;
  readonly defaultProjectId: string | null;
  readonly isEnabled: boolean;
}

export interface Role extends Named {
  readonly description: string | null;
  /** Built in: it can be neither changed nor deleted. */
  readonly isImmutable: boolean;
}

/** What a user's program logs in with instead of the user's password; bound to one project. */
export interface ApplicationCredential extends Named {
  readonly userId: string;
  readonly projectId: string;
  readonly description: string | null;
  readonly roles: readonly Named[];
  /** May tokens from it manage application credentials? */
  readonly isUnrestricted: boolean;
  readonly expiresAt: Microtime | null;
}

/** An entity by its id, or by its name within a domain. */
export type DomainRef = { readonly id: string } | { readonly name: string };
export type EntityRef =
  { readonly id: string } | { readonly name: string; readonly domain: DomainRef };
