import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import type { Project } from '../domain/directory.js';
import { mayReadProject } from './identity-access.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { pageAt, type ListRequest } from './list-request.js';
import {
  ProjectRepository,
  type NewProject,
  type ProjectChanges,
  type ProjectFilter,
} from './ports/project.repository.js';

/** Projects: read by whoever may, changed by administrators (`identity:manage`). */
@Injectable()
export class ManageProjects {
  constructor(@Inject(ProjectRepository) private readonly projects: ProjectRepository) {}

  async list(filter: ProjectFilter, request: ListRequest): Promise<Page<Project>> {
    const page = await pageAt(request, (id) => this.projects.find(id));
    return this.projects.list(filter, page);
  }

  /** @throws Forbidden before it is known whether there is such a project */
  async show(id: string, principal: Principal): Promise<Project> {
    if (!mayReadProject(id, principal)) throw new Forbidden();
    const project = await this.projects.find(id);
    if (project === null) throw new EntityNotFound('project', id);
    return project;
  }

  create(project: NewProject): Promise<Project> {
    return this.projects.add(project);
  }

  change(id: string, changes: ProjectChanges): Promise<Project> {
    return this.projects.change(id, changes);
  }

  /** Tokens for the project end; what it owns elsewhere stays. */
  remove(id: string): Promise<void> {
    return this.projects.remove(id);
  }
}
