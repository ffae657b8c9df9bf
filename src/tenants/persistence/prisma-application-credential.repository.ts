import { Inject, Injectable } from '@nestjs/common';
import type { IdentityApplicationCredential, PrismaClient } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import {
  ApplicationCredentialRepository,
  type ApplicationCredentialFilter,
  type NewApplicationCredential,
} from '../application/ports/application-credential.repository.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import type { ApplicationCredential, Named } from '../domain/directory.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { BY_NAME, behind, pageOf } from './keyset.js';
import { newId } from './new-id.js';

@Injectable()
export class PrismaApplicationCredentialRepository extends ApplicationCredentialRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { userId, name }: ApplicationCredentialFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<ApplicationCredential>> {
    const credentials = await this.store.query(async (prisma) => {
      const rows = await prisma.identityApplicationCredential.findMany({
        where: { userId, ...(name !== undefined && { name }), ...behind(after) },
        orderBy: BY_NAME,
        take: limit,
      });
      return withRoles(prisma, rows);
    });
    return pageOf(credentials, limit);
  }

  override async find(userId: string, id: string): Promise<ApplicationCredential | null> {
    const [found] = await this.store.query(async (prisma) => {
      const rows = await prisma.identityApplicationCredential.findMany({ where: { id, userId } });
      return withRoles(prisma, rows);
    });
    return found ?? null;
  }

  override async add(credential: NewApplicationCredential): Promise<ApplicationCredential> {
    const { isUnrestricted, roleIds, ...columns } = credential;
    const data = {
      ...columns,
      id: newId(),
      unrestricted: isUnrestricted,
      roleIds: [...roleIds],
    };
    const { name, projectId } = credential;
    await explained(
      { kind: 'application credential', name, missing: ['project', projectId] },
      this.store.write((prisma) => prisma.identityApplicationCredential.create({ data })),
    );
    const added = await this.find(credential.userId, data.id);
    if (added === null) throw new EntityNotFound('application credential', data.id);
    return added;
  }

  override async remove(userId: string, id: string): Promise<void> {
    const { count } = await this.store.write((prisma) =>
      prisma.identityApplicationCredential.deleteMany({ where: { id, userId } }),
    );
    if (count === 0) throw new EntityNotFound('application credential', id);
  }
}

/** Adds the names of the roles; roles that were deleted meanwhile are left out. */
async function withRoles(
  prisma: PrismaClient,
  rows: readonly IdentityApplicationCredential[],
): Promise<ApplicationCredential[]> {
  const ids = [...new Set(rows.flatMap((row) => row.roleIds))];
  const roles = await prisma.identityRole.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true },
    orderBy: BY_NAME,
  });
  return rows.map((row) => toCredential(row, roles));
}

function toCredential(
  row: IdentityApplicationCredential,
  roles: readonly Named[],
): ApplicationCredential {
  return {
    id: row.id,
    name: row.name,
    userId: row.userId,
    projectId: row.projectId,
    description: row.description,
    roles: roles.filter(({ id }) => row.roleIds.includes(id)),
    isUnrestricted: row.unrestricted,
    expiresAt: row.expiresAt,
  };
}
