import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal, TenantId } from '../../kernel/principal.js';
import { requireForeign, TenantNotFound, type Tenant } from '../domain/tenant.js';
import { effectiveQuota, type TenantQuota } from '../domain/tenant-quota.js';
import { RemovalUnderWay } from '../domain/tenant-removal.js';
import { IdentityEpoch } from './identity-epoch.js';
import { TenantRemovalRepository } from './ports/tenant-removal.repository.js';
import { TenantRepository, type TenantPageRequest } from './ports/tenant.repository.js';
import { DEFAULT_TENANT_QUOTA } from './tenant-quotas.js';

/** A tenant together with the quota in force. */
export interface TenantReport extends Tenant {
  readonly quota: TenantQuota;
}

/** For admins: which tenants there are, what they use, and whether they are let in. */
@Injectable()
export class ManageTenants {
  constructor(
    @Inject(TenantRepository) private readonly tenants: TenantRepository,
    @Inject(DEFAULT_TENANT_QUOTA) private readonly defaults: TenantQuota,
    @Inject(TenantRemovalRepository) private readonly removals: TenantRemovalRepository,
    @Inject(IdentityEpoch) private readonly epoch: IdentityEpoch,
  ) {}

  /** @throws InvalidRequest when the marker is no tenant */
  async list(request: TenantPageRequest): Promise<Page<TenantReport>> {
    if (request.after !== null && (await this.tenants.find(request.after)) === null) {
      throw new InvalidRequest('The marker is not a known tenant.');
    }
    const page = await this.tenants.list(request);
    return { ...page, items: page.items.map((tenant) => this.report(tenant)) };
  }

  /** @throws TenantNotFound */
  async show(tenantId: TenantId): Promise<TenantReport> {
    const tenant = await this.tenants.find(tenantId);
    if (tenant === null) throw new TenantNotFound(tenantId);
    return this.report(tenant);
  }

  /** Refuses the tenant's requests from now on, here at once and on other replicas within seconds. @throws Conflict for the own one */
  async suspend(tenantId: TenantId, principal: Principal): Promise<TenantReport> {
    requireForeign(tenantId, principal);
    return this.setSuspended(tenantId, true);
  }

  /** @throws RemovalUnderWay */
  async resume(tenantId: TenantId): Promise<TenantReport> {
    const removal = await this.removals.find(tenantId);
    if (removal?.isDone === false) throw new RemovalUnderWay();
    return this.setSuspended(tenantId, false);
  }

  private async setSuspended(tenantId: TenantId, isSuspended: boolean): Promise<TenantReport> {
    try {
      return this.report(await this.tenants.setSuspended(tenantId, isSuspended));
    } finally {
      // Also after a failure: the connection may have broken after the commit.
      this.epoch.advance();
    }
  }

  private report(tenant: Tenant): TenantReport {
    return { ...tenant, quota: effectiveQuota(tenant.overrides, this.defaults) };
  }
}
