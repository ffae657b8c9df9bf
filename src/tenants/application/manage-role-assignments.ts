import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import { withImplied } from '../domain/authorization.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import type { RoleAssignment, RoleGrant } from '../domain/role-assignment.js';
import {
  RoleAssignmentRepository,
  type AssignmentFilter,
  type AssignmentPageRequest,
} from './ports/role-assignment.repository.js';
import { RoleRepository } from './ports/role.repository.js';

/** Gives roles to users on projects, on domains and on the system. */
@Injectable()
export class ManageRoleAssignments {
  constructor(
    @Inject(RoleAssignmentRepository) private readonly assignments: RoleAssignmentRepository,
    @Inject(RoleRepository) private readonly roles: RoleRepository,
  ) {}

  list(filter: AssignmentFilter, page: AssignmentPageRequest): Promise<Page<RoleAssignment>> {
    return this.assignments.list(filter, page);
  }

  /** As {@link list}, with an assignment more for each role that an assigned one implies. */
  async listEffective(
    filter: AssignmentFilter,
    page: AssignmentPageRequest,
  ): Promise<Page<RoleAssignment>> {
    const { roleId, ...others } = filter;
    const { items, isFull } = await this.assignments.list(others, page);
    const standard = await this.roles.list({}, { limit: 1000, after: null });
    const effective = items.flatMap((assignment) =>
      withImplied([assignment.role], standard.items).map((role) => ({ ...assignment, role })),
    );
    return { items: effective.filter(({ role }) => [undefined, role.id].includes(roleId)), isFull };
  }

  /** @throws EntityNotFound when the user has not that role there */
  async check(grant: RoleGrant): Promise<void> {
    if (await this.assignments.has(grant)) return;
    throw new EntityNotFound('role assignment', `role ${grant.roleId} of user ${grant.userId}`);
  }

  /** Idempotent; valid tokens have the role at once. */
  give(grant: RoleGrant): Promise<void> {
    return this.assignments.add(grant);
  }

  /** Valid tokens lose the role at once. */
  take(grant: RoleGrant): Promise<void> {
    return this.assignments.remove(grant);
  }
}
