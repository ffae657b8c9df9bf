import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import type { Domain, Project } from '../domain/directory.js';
import { pageAt, type ListRequest } from './list-request.js';
import { FederatedLoginRepository } from './ports/federated-login.repository.js';
import { DomainRepository } from './ports/domain.repository.js';
import { ProjectRepository } from './ports/project.repository.js';
import { RoleAssignmentRepository } from './ports/role-assignment.repository.js';

const UNDESCRIBED = { description: '', isEnabled: true, tags: [] } as const;

/** What a caller could get a token for: everything enabled on which the user has a role. */
@Injectable()
export class ShowOwnScopes {
  constructor(
    @Inject(ProjectRepository) private readonly projectsOfAll: ProjectRepository,
    @Inject(DomainRepository) private readonly domainsOfAll: DomainRepository,
    @Inject(RoleAssignmentRepository) private readonly assignments: RoleAssignmentRepository,
    @Inject(FederatedLoginRepository) private readonly logins: FederatedLoginRepository,
  ) {}

  async projects(
    request: ListRequest,
    { userId, federatedLoginId }: Principal,
  ): Promise<Page<Project>> {
    if (federatedLoginId !== undefined) return this.vouchedFor(request, federatedLoginId);
    const page = await pageAt(request, (id) => this.projectsOfAll.find(id));
    return this.projectsOfAll.list({ assignedTo: userId, isEnabled: true }, page);
  }

  async domains(request: ListRequest, { userId }: Principal): Promise<Page<Domain>> {
    const page = await pageAt(request, (id) => this.domainsOfAll.find(id));
    return this.domainsOfAll.list({ assignedTo: userId, isEnabled: true }, page);
  }

  /** Has the user any role on the system? */
  async system({ userId }: Principal): Promise<boolean> {
    const filter = { userId, target: { kind: 'system' } as const };
    const { items } = await this.assignments.list(filter, { limit: 1, after: null });
    return items.length > 0;
  }

  /** What an issuer has named, as far as the user has a role there. */
  private async vouchedFor(request: ListRequest, loginId: string): Promise<Page<Project>> {
    const login = await this.logins.find(loginId);
    const projects = (login?.tenants ?? [])
      .filter(({ roles }) => roles.length > 0)
      .map(({ id, name }) => ({ id, name, domainId: login?.provider ?? '', ...UNDESCRIBED }));
    const { limit, after } = await pageAt(request, (id) =>
      Promise.resolve(projects.find((project) => project.id === id) ?? null),
    );
    const begin = after === null ? 0 : projects.findIndex(({ id }) => id === after.id) + 1;
    const items = projects.slice(begin, begin + limit);
    return { items, isFull: items.length === limit };
  }
}
