import { Inject, Injectable } from '@nestjs/common';
import type { IdentityApplicationCredential, PrismaClient } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import {
  ApplicationCredentialRepository,
  type ApplicationCredentialFilter,
  type NewApplicationCredential,
} from '../application/ports/application-credential.repository.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import type { ApplicationCredential, Microtime, Named } from '../domain/directory.js';
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
    const { isUnrestricted, roleIds, expiresAt, ...columns } = credential;
    const data = {
      ...columns,
      id: newId(),
      unrestricted: isUnrestricted,
      roleIds: [...roleIds],
    };
    const { name, projectId } = credential;
    await explained(
      { kind: 'application credential', name, missing: ['project', projectId] },
      this.store.change(async (transaction) => {
        await transaction.identityApplicationCredential.create({ data });
        // A Date would lose the microseconds.
        await transaction.$executeRaw`UPDATE identity_application_credentials
          SET expires_at = ${expiresAt}::timestamp AT TIME ZONE 'UTC' WHERE id = ${data.id}`;
      }),
    );
    const added = await this.find(credential.userId, data.id);
    if (added === null) throw new EntityNotFound('application credential', data.id);
    return added;
  }

  override async remove(userId: string, id: string): Promise<void> {
    const { count } = await this.store.change((prisma) =>
      prisma.identityApplicationCredential.deleteMany({ where: { id, userId } }),
    );
    if (count === 0) throw new EntityNotFound('application credential', id);
  }
}

/** Adds the names of the roles, without those that were deleted meanwhile, and the exact end. */
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
  const ends = await prisma.$queryRaw<{ id: string; expires_at: Microtime | null }[]>`
    SELECT id, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS expires_at
    FROM identity_application_credentials WHERE id = ANY(${rows.map(({ id }) => id)})`;
  const endsById = new Map(ends.map((end) => [end.id, end.expires_at]));
  return rows.map((row) => toCredential(row, roles, endsById.get(row.id) ?? null));
}

function toCredential(
  row: IdentityApplicationCredential,
  roles: readonly Named[],
  expiresAt: Microtime | null,
): ApplicationCredential {
  return {
    id: row.id,
    name: row.name,
    userId: row.userId,
    projectId: row.projectId,
    description: row.description,
    roles: roles.filter(({ id }) => row.roleIds.includes(id)),
    isUnrestricted: row.unrestricted,
    expiresAt,
  };
}
