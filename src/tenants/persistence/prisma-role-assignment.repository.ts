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

const named = { select: { id: true, name: true } };
const namedInDomain = { select: { id: true, name: true, domain: named } };
const NAMES = { id: true, user: namedInDomain, role: named, project: namedInDomain, domain: named };

@Injectable()
export class PrismaRoleAssignmentRepository extends RoleAssignmentRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { userId, roleId, target }: AssignmentFilter,
    { limit, after }: AssignmentPageRequest,
  ): Promise<Page<RoleAssignment>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityRoleAssignment.findMany({
        where: {
          ...(userId !== undefined && { userId }),
          ...(roleId !== undefined && { roleId }),
          ...(target !== undefined && columnsOf(target)),
          ...(after !== null && { id: { gt: BigInt(after) } }),
        },
        select: NAMES,
        orderBy: { id: 'asc' },
        take: limit,
      }),
    );
    return pageOf(
      rows.map((row) => ({ ...row, id: String(row.id) })),
      limit,
    );
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

const rowOf = ({ userId, roleId, target }: RoleGrant) => ({
  userId,
  roleId,
  ...columnsOf(target),
});

const textOf = ({ userId, roleId, target }: RoleGrant): string =>
  `role ${roleId} of user ${userId} on ${target.kind}`;
