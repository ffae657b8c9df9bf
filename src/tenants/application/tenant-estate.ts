import { Injectable } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import type { Holding, Holdings } from '../domain/tenant-removal.js';

/** `waiting`: the rest is in use and will be free before long. */
export type RemovalStep = 'more' | 'waiting' | 'none';

/** One kind of things that tenants own. Whoever keeps such things registers them with the {@link TenantEstate}. */
export interface TenantBelongings {
  /** In reports, such as `images`. */
  readonly kind: string;
  count(tenantId: TenantId): Promise<Holding>;
  /** Removes a bounded number of them for good. Repeatable after any interruption. @returns what is left */
  removeSome(tenantId: TenantId): Promise<RemovalStep>;
}

/** Everything that tenants may own, as far as the parts of the service have made it known at their start. */
@Injectable()
export class TenantEstate {
  private readonly registered: TenantBelongings[] = [];

  get all(): readonly TenantBelongings[] {
    return this.registered;
  }

  register(...belongings: readonly TenantBelongings[]): void {
    this.registered.push(...belongings);
  }

  async holdingsOf(tenantId: TenantId): Promise<Holdings> {
    const holdings: Record<string, Holding> = {};
    for (const belongings of this.all) {
      holdings[belongings.kind] = await belongings.count(tenantId);
    }
    return holdings;
  }
}
