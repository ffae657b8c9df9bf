import { Inject, Injectable } from '@nestjs/common';
import type { Tenant as TenantRecord } from '../../generated/prisma/client.js';
import type { TenantId } from '../../kernel/principal.js';
import { Database } from '../../platform/database/database.js';
import { TenantUsageRepository } from '../application/ports/tenant-usage.repository.js';
import type { TenantQuotaOverrides, TenantUsage } from '../domain/tenant-quota.js';

/** {@link TenantUsageRepository} on PostgreSQL; the counters are kept by triggers on `images`. */
@Injectable()
export class PrismaTenantUsageRepository extends TenantUsageRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async find(tenantId: TenantId): Promise<TenantUsage> {
    const record = await this.database.write((prisma) =>
      prisma.tenant.findUnique({ where: { id: tenantId } }),
    );
    if (record !== null) return toUsage(record);
    const overrides = { imageCount: null, imageBytes: null };
    return { tenantId, imageCount: 0, imageBytes: 0n, overrides };
  }

  async setOverrides(tenantId: TenantId, overrides: TenantQuotaOverrides): Promise<TenantUsage> {
    const columns = {
      imageCountQuota: overrides.imageCount,
      imageBytesQuota: overrides.imageBytes,
    };
    const record = await this.database.write((prisma) =>
      prisma.tenant.upsert({
        where: { id: tenantId },
        create: { id: tenantId, ...columns },
        update: columns,
      }),
    );
    return toUsage(record);
  }
}

function toUsage(record: TenantRecord): TenantUsage {
  return {
    tenantId: record.id,
    imageCount: record.imageCount,
    imageBytes: record.imageBytes,
    overrides: { imageCount: record.imageCountQuota, imageBytes: record.imageBytesQuota },
  };
}
