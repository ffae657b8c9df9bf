import { Inject, Injectable } from '@nestjs/common';
import type { IdentityRole } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import {
  RoleRepository,
  type RoleChanges,
  type RoleFilter,
} from '../application/ports/role.repository.js';
import type { Role } from '../domain/directory.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { BY_NAME, behind, pageOf } from './keyset.js';
import { newId } from './new-id.js';

@Injectable()
export class PrismaRoleRepository extends RoleRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list({ name }: RoleFilter, { limit, after }: PageRequest): Promise<Page<Role>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityRole.findMany({
        where: { ...(name !== undefined && { name }), ...behind(after) },
        orderBy: BY_NAME,
        take: limit,
      }),
    );
    return pageOf(rows.map(toRole), limit);
  }

  override async find(id: string): Promise<Role | null> {
    const row = await this.store.query((prisma) =>
      prisma.identityRole.findUnique({ where: { id } }),
    );
    return row && toRole(row);
  }

  override async add({ name, description }: Pick<Role, 'name' | 'description'>): Promise<Role> {
    const data = { id: newId(), name, description };
    const row = await explained(
      { kind: 'role', name, missing: ['role', data.id] },
      this.store.change((prisma) => prisma.identityRole.create({ data })),
    );
    return toRole(row);
  }

  override async change(id: string, changes: RoleChanges): Promise<Role> {
    const row = await explained(
      { kind: 'role', name: changes.name, missing: ['role', id] },
      this.store.change((prisma) => prisma.identityRole.update({ where: { id }, data: changes })),
    );
    return toRole(row);
  }

  override async remove(id: string): Promise<void> {
    await explained(
      { kind: 'role', missing: ['role', id] },
      this.store.change((prisma) => prisma.identityRole.delete({ where: { id } })),
    );
  }
}

const toRole = ({ id, name, description, immutable }: IdentityRole): Role => ({
  id,
  name,
  description,
  isImmutable: immutable,
});
