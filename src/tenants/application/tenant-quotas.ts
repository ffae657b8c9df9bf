import { Inject, Injectable } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import {
  effectiveQuota,
  type TenantQuota,
  type TenantQuotaOverrides,
  type TenantUsage,
} from '../domain/tenant-quota.js';
import { TenantUsageRepository } from './ports/tenant-usage.repository.js';

/** Injection token of the deployment's default {@link TenantQuota}. */
export const DEFAULT_TENANT_QUOTA = Symbol('DEFAULT_TENANT_QUOTA');

/** Usage together with the quota in force. */
export interface TenantQuotaReport extends TenantUsage {
  readonly quota: TenantQuota;
}

/** What tenants use, what they may use, and changing the latter. */
@Injectable()
export class TenantQuotas {
  constructor(
    @Inject(TenantUsageRepository) private readonly usage: TenantUsageRepository,
    @Inject(DEFAULT_TENANT_QUOTA) private readonly defaults: TenantQuota,
  ) {}

  async show(tenantId: TenantId): Promise<TenantQuotaReport> {
    return this.report(await this.usage.find(tenantId));
  }

  /** What is over a lowered quota stays; only more of it is refused. */
  async set(tenantId: TenantId, overrides: TenantQuotaOverrides): Promise<TenantQuotaReport> {
    return this.report(await this.usage.setOverrides(tenantId, overrides));
  }

  private report(usage: TenantUsage): TenantQuotaReport {
    return { ...usage, quota: effectiveQuota(usage.overrides, this.defaults) };
  }
}
