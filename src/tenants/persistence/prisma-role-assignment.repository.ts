import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import {
  RoleAssignmentRepository,
  type AssignmentFilter,
  type AssignmentPageRequest,
} from '../application/ports/role-assignment.repository.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import type { GrantTarget, RoleAssignment, RoleGrant } from '../domain/role-assignment.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { pageOf } from './keyset.js';

const named = (table: string): string => `'id', ${table}.id, 'name', ${table}.name`;
const inDomain = (table: string, domain: string): string =>
  `jsonb_build_object(${named(table)}, 'domain', jsonb_build_object(${named(domain)}))`;

/** All names in one statement: read apart, some could be gone by then. */
const ASSIGNMENTS = `SELECT a.id::text, ${inDomain('u', 'ud')} AS user, jsonb_build_object(${named('r')}) AS role,
    CASE WHEN p.id IS NOT NULL THEN ${inDomain('p', 'pd')} END AS project,
    CASE WHEN d.id IS NOT NULL THEN jsonb_build_object(${named('d')}) END AS domain
  FROM identity_role_assignments a
    JOIN identity_users u ON u.id = a.user_id JOIN identity_domains ud ON ud.id = u.domain_id
    JOIN identity_roles r ON r.id = a.role_id
    LEFT JOIN identity_projects p ON p.id = a.project_id LEFT JOIN identity_domains pd ON pd.id = p.domain_id
    LEFT JOIN identity_domains d ON d.id = a.domain_id`;

@Injectable()
export class PrismaRoleAssignmentRepository extends RoleAssignmentRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { userId, roleId, target }: AssignmentFilter,
    { limit, after }: AssignmentPageRequest,
  ): Promise<Page<RoleAssignment>> {
    const values: unknown[] = [];
    const equals = (column: string, value: string | null): string =>
      value === null ? `a.${column} IS NULL` : `a.${column} = $${values.push(value)}`;
    const conditions = [
      ...(userId === undefined ? [] : [equals('user_id', userId)]),
      ...(roleId === undefined ? [] : [equals('role_id', roleId)]),
      ...(target === undefined ? [] : conditionsOf(target, equals)),
      ...(after === null ? [] : [`a.id > $${values.push(BigInt(after))}`]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const text = `${ASSIGNMENTS} ${where} ORDER BY a.id LIMIT $${values.push(limit)}`;
    return pageOf(await this.store.read<RoleAssignment>({ text, values }), limit);
  }

  override async has(grant: RoleGrant): Promise<boolean> {
    const count = await this.store.query((prisma) =>
      prisma.identityRoleAssignment.count({ where: rowOf(grant) }),
    );
    return count > 0;
  }

  override async add(grant: RoleGrant): Promise<void> {
    await explained(
      { kind: 'role assignment', missing: ['role assignment', textOf(grant)] },
      this.store.change((prisma) =>
        prisma.identityRoleAssignment.createMany({ data: [rowOf(grant)], skipDuplicates: true }),
      ),
    );
  }

  override async remove(grant: RoleGrant): Promise<void> {
    const { count } = await this.store.change((prisma) =>
      prisma.identityRoleAssignment.deleteMany({ where: rowOf(grant) }),
    );
    if (count === 0) throw new EntityNotFound('role assignment', textOf(grant));
  }
}

function columnsOf(target: GrantTarget) {
  return {
    projectId: target.kind === 'project' ? target.projectId : null,
    domainId: target.kind === 'domain' ? target.domainId : null,
  } satisfies Prisma.IdentityRoleAssignmentWhereInput;
}

function conditionsOf(
  target: GrantTarget,
  equals: (column: string, value: string | null) => string,
) {
  const { projectId, domainId } = columnsOf(target);
  return [equals('project_id', projectId), equals('domain_id', domainId)];
}

const rowOf = ({ userId, roleId, target }: RoleGrant) => ({
  userId,
  roleId,
  ...columnsOf(target),
});

const textOf = ({ userId, roleId, target }: RoleGrant): string =>
  `role ${roleId} of user ${userId} on ${target.kind}`;
