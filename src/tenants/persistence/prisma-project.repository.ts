import { Inject, Injectable } from '@nestjs/common';
import type { IdentityProject } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import {
  ProjectRepository,
  type NewProject,
  type ProjectChanges,
  type ProjectFilter,
} from '../application/ports/project.repository.js';
import type { Project } from '../domain/directory.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { BY_NAME, behind, pageOf } from './keyset.js';
import { newId } from './new-id.js';

@Injectable()
export class PrismaProjectRepository extends ProjectRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { name, domainId, isEnabled, assignedTo }: ProjectFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<Project>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityProject.findMany({
        where: {
          ...(name !== undefined && { name }),
          ...(domainId !== undefined && { domainId }),
          ...(isEnabled !== undefined && { enabled: isEnabled }),
          ...(assignedTo !== undefined && { roleAssignments: { some: { userId: assignedTo } } }),
          ...behind(after),
        },
        orderBy: BY_NAME,
        take: limit,
      }),
    );
    return pageOf(rows.map(toProject), limit);
  }

  override async find(id: string): Promise<Project | null> {
    const row = await this.store.query((prisma) =>
      prisma.identityProject.findUnique({ where: { id } }),
    );
    return row && toProject(row);
  }

  override async add({ isEnabled, tags, ...project }: NewProject): Promise<Project> {
    const data = { ...project, id: newId(), enabled: isEnabled, tags: [...tags] };
    const row = await explained(
      { kind: 'project', name: project.name, missing: ['domain', project.domainId] },
      this.store.change((prisma) => prisma.identityProject.create({ data })),
    );
    return toProject(row);
  }

  override async change(
    id: string,
    { isEnabled, tags, ...changes }: ProjectChanges,
  ): Promise<Project> {
    const data = {
      ...changes,
      ...(isEnabled !== undefined && { enabled: isEnabled }),
      ...(tags !== undefined && { tags: [...tags] }),
    };
    const row = await explained(
      { kind: 'project', name: changes.name, missing: ['project', id] },
      this.store.change((prisma) => prisma.identityProject.update({ where: { id }, data })),
    );
    return toProject(row);
  }

  override async remove(id: string): Promise<void> {
    await explained(
      { kind: 'project', missing: ['project', id] },
      this.store.change((prisma) => prisma.identityProject.delete({ where: { id } })),
    );
  }
}

const toProject = (row: IdentityProject): Project => ({
  id: row.id,
  name: row.name,
  domainId: row.domainId,
  description: row.description,
  isEnabled: row.enabled,
  tags: row.tags,
});
