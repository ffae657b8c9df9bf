import type { Page } from '../../../kernel/page.js';
import type { User } from '../../domain/directory.js';
import type { PageRequest } from './directory-page.js';

export interface UserFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly isEnabled?: boolean;
}

export type NewUser = Omit<User, 'id'> & { readonly passwordHash: string | null };
export type UserChanges = Partial<Omit<NewUser, 'domainId'>> & {
  /** SHA-256 of a new API key; null: none. */
  readonly apiKeyHash?: string | null;
};

/** Port: the users of all domains. */
export abstract class UserRepository {
  abstract list(filter: UserFilter, page: PageRequest): Promise<Page<User>>;
  abstract find(id: string): Promise<User | null>;
  /** @throws NameTaken, and EntityNotFound for the domain */
  abstract add(user: NewUser): Promise<User>;
  /** A new password, and being disabled, end all tokens of the user. @throws EntityNotFound, NameTaken */
  abstract change(id: string, changes: UserChanges): Promise<User>;
  /** Removes the user with its role assignments and application credentials. @throws EntityNotFound */
  abstract remove(id: string): Promise<void>;
}
