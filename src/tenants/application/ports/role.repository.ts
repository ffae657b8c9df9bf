import type { Page } from '../../../kernel/page.js';
import type { Role } from '../../domain/directory.js';
import type { PageRequest } from './directory-page.js';

export interface RoleFilter {
  readonly name?: string;
}

export type RoleChanges = Partial<Pick<Role, 'name' | 'description'>>;

/** Port: the roles. Two names that differ in case only are one name. */
export abstract class RoleRepository {
  abstract list(filter: RoleFilter, page: PageRequest): Promise<Page<Role>>;
  abstract find(id: string): Promise<Role | null>;
  /** @throws NameTaken */
  abstract add(role: Pick<Role, 'name' | 'description'>): Promise<Role>;
  /** @throws EntityNotFound, NameTaken */
  abstract change(id: string, changes: RoleChanges): Promise<Role>;
  /** Removes the role and all its assignments. @throws EntityNotFound */
  abstract remove(id: string): Promise<void>;
}
