import type { Page } from '../../../kernel/page.js';
import type { Project } from '../../domain/directory.js';
import type { PageRequest } from './directory-page.js';

export interface ProjectFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly isEnabled?: boolean;
  /** Only projects on which this user has a role. */
  readonly assignedTo?: string;
}

export type NewProject = Omit<Project, 'id'>;
export type ProjectChanges = Partial<Omit<Project, 'id' | 'domainId'>>;

/** Port: the projects of all domains. */
export abstract class ProjectRepository {
  abstract list(filter: ProjectFilter, page: PageRequest): Promise<Page<Project>>;
  abstract find(id: string): Promise<Project | null>;
  /** @throws NameTaken, and EntityNotFound for the domain */
  abstract add(project: NewProject): Promise<Project>;
  /** @throws EntityNotFound, NameTaken */
  abstract change(id: string, changes: ProjectChanges): Promise<Project>;
  /** Removes the project with its role assignments and application credentials. @throws EntityNotFound */
  abstract remove(id: string): Promise<void>;
}
