import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Named, Role } from '../domain/directory.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { IMPLIED_ROLES } from '../domain/role-assignment.js';
import { pageAt, type ListRequest } from './list-request.js';
import { RoleRepository, type RoleChanges, type RoleFilter } from './ports/role.repository.js';

/** That whoever has one role has others too. */
export interface RoleInference {
  readonly prior: Named;
  readonly implied: readonly Named[];
}

const ALL: ListRequest = { limit: 1000, marker: null };

/** Roles, and which of them imply which. The built-in ones stay as they are. */
@Injectable()
export class ManageRoles {
  constructor(@Inject(RoleRepository) private readonly roles: RoleRepository) {}

  async list(filter: RoleFilter, request: ListRequest): Promise<Page<Role>> {
    return this.roles.list(filter, await pageAt(request, (id) => this.roles.find(id)));
  }

  /** @throws EntityNotFound */
  async show(id: string): Promise<Role> {
    const role = await this.roles.find(id);
    if (role === null) throw new EntityNotFound('role', id);
    return role;
  }

  create(role: Pick<Role, 'name' | 'description'>): Promise<Role> {
    return this.roles.add(role);
  }

  async change(id: string, changes: RoleChanges): Promise<Role> {
    await this.requireMutable(id);
    return this.roles.change(id, changes);
  }

  /** Whoever has the role loses it at once. */
  async remove(id: string): Promise<void> {
    await this.requireMutable(id);
    await this.roles.remove(id);
  }

  async inferences(): Promise<readonly RoleInference[]> {
    const { items } = await this.list({}, ALL);
    return items.flatMap((prior) => {
      const implied = items.filter(({ name }) => implies(prior.name, name));
      return implied.length === 0 ? [] : [{ prior, implied }];
    });
  }

  /** What one role implies directly; often nothing. @throws EntityNotFound */
  async inferencesOf(id: string): Promise<RoleInference> {
    const prior = await this.show(id);
    const all = await this.inferences();
    return all.find((inference) => inference.prior.id === id) ?? { prior, implied: [] };
  }

  private async requireMutable(id: string): Promise<void> {
    const role = await this.show(id);
    if (role.isImmutable) throw new Forbidden('A built-in role cannot be changed or deleted.');
  }
}

const implies = (prior: string, implied: string): boolean =>
  IMPLIED_ROLES.some((rule) => rule.prior === prior && rule.implied === implied);
