import type { Page } from '../../../kernel/page.js';
import type { ApplicationCredential } from '../../domain/directory.js';
import type { PageRequest } from './directory-page.js';

export interface ApplicationCredentialFilter {
  readonly userId: string;
  readonly name?: string;
}

export type NewApplicationCredential = Omit<ApplicationCredential, 'id' | 'roles'> & {
  readonly roleIds: readonly string[];
  readonly secretHash: string;
};

/** Port: the application credentials of each user. */
export abstract class ApplicationCredentialRepository {
  abstract list(
    filter: ApplicationCredentialFilter,
    page: PageRequest,
  ): Promise<Page<ApplicationCredential>>;
  abstract find(userId: string, id: string): Promise<ApplicationCredential | null>;
  /** @throws NameTaken when the user has one of that name */
  abstract add(credential: NewApplicationCredential): Promise<ApplicationCredential>;
  /** Its tokens end with it. @throws EntityNotFound */
  abstract remove(userId: string, id: string): Promise<void>;
}
