import type { DomainRef, EntityRef } from '../../domain/directory.js';

/** What it takes to check a user's password. */
export interface UserLogin {
  readonly id: string;
  /** The user and its domain. */
  readonly isEnabled: boolean;
  readonly passwordHash: string | null;
  readonly apiKeyHash: string | null;
  readonly generation: number;
  readonly defaultProjectId: string | null;
}

export interface ApplicationCredentialLogin {
  readonly id: string;
  readonly secretHash: string;
  readonly projectId: string;
  readonly expiresAt: Date | null;
  readonly user: Pick<UserLogin, 'id' | 'isEnabled' | 'generation'>;
}

/** An application credential by its id, or by its name within its user. */
export type ApplicationCredentialRef =
  { readonly id: string } | { readonly name: string; readonly user: EntityRef };

/** Port: finds what a request for a token names. */
export abstract class LoginDirectory {
  abstract findUser(ref: EntityRef): Promise<UserLogin | null>;
  abstract findApplicationCredential(
    ref: ApplicationCredentialRef,
  ): Promise<ApplicationCredentialLogin | null>;
  abstract findProjectId(ref: EntityRef): Promise<string | null>;
  /** The one project on which the user has a role, unless there are several or none. */
  abstract findOnlyProjectId(userId: string): Promise<string | null>;
  abstract findDomainId(ref: DomainRef): Promise<string | null>;
}
