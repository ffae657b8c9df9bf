import type { TenantId } from '../../../kernel/principal.js';
import type { TenantQuotaOverrides, TenantUsage } from '../../domain/tenant-quota.js';

/** Port: what tenants own and may own. A tenant that never owned anything uses nothing. */
export abstract class TenantUsageRepository {
  abstract find(tenantId: TenantId): Promise<TenantUsage>;

  /** Remembers the overrides, for a tenant that is not known yet, too. */
  abstract setOverrides(tenantId: TenantId, overrides: TenantQuotaOverrides): Promise<TenantUsage>;
}
