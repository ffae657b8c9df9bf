import { Inject, Injectable } from '@nestjs/common';
import type { IdentityDomain } from '../../generated/prisma/client.js';
import type { Page } from '../../kernel/page.js';
import type { PageRequest } from '../application/ports/directory-page.js';
import {
  DomainRepository,
  type DomainChanges,
  type DomainFilter,
} from '../application/ports/domain.repository.js';
import type { Domain } from '../domain/directory.js';
import { explained } from './directory-errors.js';
import { IdentityStore } from './identity-store.js';
import { BY_NAME, behind, pageOf } from './keyset.js';
import { newId } from './new-id.js';

@Injectable()
export class PrismaDomainRepository extends DomainRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list(
    { name, isEnabled, assignedTo }: DomainFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<Domain>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityDomain.findMany({
        where: {
          ...(name !== undefined && { name }),
          ...(isEnabled !== undefined && { enabled: isEnabled }),
          ...(assignedTo !== undefined && { roleAssignments: { some: { userId: assignedTo } } }),
          ...behind(after),
        },
        orderBy: BY_NAME,
        take: limit,
      }),
    );
    return pageOf(rows.map(toDomain), limit);
  }

  override async find(id: string): Promise<Domain | null> {
    const row = await this.store.query((prisma) =>
      prisma.identityDomain.findUnique({ where: { id } }),
    );
    return row && toDomain(row);
  }

  override async add({ name, description, isEnabled }: Omit<Domain, 'id'>): Promise<Domain> {
    const data = { id: newId(), name, description, enabled: isEnabled };
    const row = await explained(
      { kind: 'domain', name, missing: ['domain', data.id] },
      this.store.change((prisma) => prisma.identityDomain.create({ data })),
    );
    return toDomain(row);
  }

  override async change(id: string, { isEnabled, ...changes }: DomainChanges): Promise<Domain> {
    const data = { ...changes, ...(isEnabled !== undefined && { enabled: isEnabled }) };
    const row = await explained(
      { kind: 'domain', name: changes.name, missing: ['domain', id] },
      this.store.change((prisma) => prisma.identityDomain.update({ where: { id }, data })),
    );
    return toDomain(row);
  }

  override async remove(id: string): Promise<void> {
    await explained(
      { kind: 'domain', missing: ['domain', id] },
      this.store.change((prisma) => prisma.identityDomain.delete({ where: { id } })),
    );
  }
}

const toDomain = ({ id, name, description, enabled }: IdentityDomain): Domain => ({
  id,
  name,
  description,
  isEnabled: enabled,
});
