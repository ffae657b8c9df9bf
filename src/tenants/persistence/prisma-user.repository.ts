import { Inject, Injectable } from '@nestjs/common';
import type { IdentityUser } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import {
  UserRepository,
  type NewUser,
  type UserChanges,
  type UserFilter,
} from '../application/ports/user.repository.js';
import type { User } from '../domain/directory.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { BY_NAME, behind, pageOf } from './keyset.js';
import { newId } from './new-id.js';

@Injectable()
export class PrismaUserRepository extends UserRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { name, domainId, isEnabled }: UserFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<User>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityUser.findMany({
        where: {
          ...(name !== undefined && { name }),
          ...(domainId !== undefined && { domainId }),
          ...(isEnabled !== undefined && { enabled: isEnabled }),
          ...behind(after),
        },
        orderBy: BY_NAME,
        take: limit,
      }),
    );
    return pageOf(rows.map(toUser), limit);
  }

  override async find(id: string): Promise<User | null> {
    const row = await this.store.query((prisma) =>
      prisma.identityUser.findUnique({ where: { id } }),
    );
    return row && toUser(row);
  }

  override async add({ isEnabled, ...user }: NewUser): Promise<User> {
    const data = { ...user, id: newId(), enabled: isEnabled };
    const row = await explained(
      { kind: 'user', name: user.name, missing: ['domain', user.domainId] },
      this.store.change((prisma) => prisma.identityUser.create({ data })),
    );
    return toUser(row);
  }

  override async change(id: string, { isEnabled, ...changes }: UserChanges): Promise<User> {
    const endsTokens = changes.passwordHash !== undefined || isEnabled === false;
    const data = {
      ...changes,
      ...(isEnabled !== undefined && { enabled: isEnabled }),
      ...(endsTokens && { tokenGeneration: { increment: 1 } }),
    };
    const row = await explained(
      { kind: 'user', name: changes.name, missing: ['user', id] },
      this.store.change((prisma) => prisma.identityUser.update({ where: { id }, data })),
    );
    return toUser(row);
  }

  override async remove(id: string): Promise<void> {
    await explained(
      { kind: 'user', missing: ['user', id] },
      this.store.change((prisma) => prisma.identityUser.delete({ where: { id } })),
    );
  }
}

const toUser = (row: IdentityUser): User => ({
  id: row.id,
  name: row.name,
  domainId: row.domainId,
  email: row.email,
  description: row.description,
  defaultProjectId: row.defaultProjectId,
  isEnabled: row.enabled,
});
