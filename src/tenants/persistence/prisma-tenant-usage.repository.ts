import { Inject, Injectable } from '@nestjs/common';
import type { Tenant as TenantRecord } from '../../generated/prisma/client.js';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
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
    const { imageCount, imageBytes } = overrides;
    const [row] = await this.database.execute<Row>({
      name: 'set-tenant-quota',
      text: `INSERT INTO tenants (id, image_count_quota, image_bytes_quota) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET image_count_quota = EXCLUDED.image_count_quota,
          image_bytes_quota = EXCLUDED.image_bytes_quota
        RETURNING image_count, image_bytes, ${recordOriginAt('$4')}`,
      values: [tenantId, imageCount, imageBytes, originAsText()],
    });
    if (row === undefined) throw new Error('An upsert returned no row.');
    return { tenantId, imageCount: row.image_count, imageBytes: row.image_bytes, overrides };
  }
}

interface Row {
  readonly image_count: number;
  readonly image_bytes: bigint;
}

function toUsage(record: TenantRecord): TenantUsage {
  return {
    tenantId: record.id,
    imageCount: record.imageCount,
    imageBytes: record.imageBytes,
    overrides: { imageCount: record.imageCountQuota, imageBytes: record.imageBytesQuota },
  };
}
