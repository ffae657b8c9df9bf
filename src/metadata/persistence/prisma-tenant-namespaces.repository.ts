import { Inject, Injectable } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import { Database } from '../../platform/database/database.js';
import { TenantNamespacesRepository } from '../application/ports/tenant-namespaces.repository.js';

/** {@link TenantNamespacesRepository} on PostgreSQL; what is inside goes by foreign keys. */
@Injectable()
export class PrismaTenantNamespacesRepository extends TenantNamespacesRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override count(tenantId: TenantId): Promise<number> {
    return this.database.write((prisma) =>
      prisma.metadefNamespace.count({ where: { owner: tenantId } }),
    );
  }

  override async removeAll(tenantId: TenantId): Promise<void> {
    await this.database.change((prisma) =>
      prisma.metadefNamespace.deleteMany({ where: { owner: tenantId } }),
    );
  }
}
