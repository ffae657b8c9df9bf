import type { Page } from '../../../kernel/page.js';
import type { Domain } from '../../domain/directory.js';
import type { PageRequest } from './directory-page.js';

export interface DomainFilter {
  readonly name?: string;
  readonly isEnabled?: boolean;
  /** Only domains on which this user has a role. */
  readonly assignedTo?: string;
}

export type DomainChanges = Partial<Omit<Domain, 'id'>>;

/** Port: the domains. */
export abstract class DomainRepository {
  abstract list(filter: DomainFilter, page: PageRequest): Promise<Page<Domain>>;
  abstract find(id: string): Promise<Domain | null>;
  /** @throws NameTaken */
  abstract add(domain: Omit<Domain, 'id'>): Promise<Domain>;
  /** @throws EntityNotFound, NameTaken */
  abstract change(id: string, changes: DomainChanges): Promise<Domain>;
  /** Removes the domain with its users and projects. @throws EntityNotFound */
  abstract remove(id: string): Promise<void>;
}
