import { Inject, Injectable } from '@nestjs/common';
import type { ChangeOrigin } from '../../kernel/change-origin.js';
import type { Principal, TenantId } from '../../kernel/principal.js';
import { requireForeign } from '../domain/tenant.js';
import { RemovalNotFound, type Holdings, type TenantRemoval } from '../domain/tenant-removal.js';
import { IdentityEpoch } from './identity-epoch.js';
import { TenantRemovalRepository } from './ports/tenant-removal.repository.js';
import { RunTenantRemovals } from './run-tenant-removals.js';
import { TenantEstate } from './tenant-estate.js';

/** A removal and what is left to remove. */
export interface RemovalProgress extends TenantRemoval {
  readonly remaining: Holdings;
}

/** For admins: removes a tenant with everything it owns, protected images included. */
@Injectable()
export class RemoveTenant {
  constructor(
    @Inject(TenantEstate) private readonly estate: TenantEstate,
    @Inject(TenantRemovalRepository) private readonly removals: TenantRemovalRepository,
    @Inject(RunTenantRemovals) private readonly run: RunTenantRemovals,
    @Inject(IdentityEpoch) private readonly epoch: IdentityEpoch,
  ) {}

  /** What would be removed. Changes nothing. */
  preview(tenantId: TenantId): Promise<Holdings> {
    return this.estate.holdingsOf(tenantId);
  }

  /**
   * Suspends the tenant and begins; the work goes on in the background, on another replica if this one dies.
   * @throws Conflict for the own tenant; RemovalUnderWay
   */
  async begin(
    tenantId: TenantId,
    principal: Principal,
    origin: ChangeOrigin,
  ): Promise<RemovalProgress> {
    requireForeign(tenantId, principal);
    const holdings = await this.estate.holdingsOf(tenantId);
    try {
      const removal = await this.removals.begin(tenantId, holdings, origin);
      return { ...removal, remaining: holdings };
    } finally {
      this.epoch.advance();
      this.run.soon();
    }
  }

  /** @throws RemovalNotFound */
  async progress(tenantId: TenantId): Promise<RemovalProgress> {
    const removal = await this.removals.find(tenantId);
    if (removal === null) throw new RemovalNotFound(tenantId);
    return { ...removal, remaining: await this.estate.holdingsOf(tenantId) };
  }
}
