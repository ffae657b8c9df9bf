import { Inject, Injectable } from '@nestjs/common';
import { TenantGate } from '../../auth/tenant-gate.js';
import type { TenantId } from '../../kernel/principal.js';
import { IdentityEpoch } from '../application/identity-epoch.js';
import { TenantRepository } from '../application/ports/tenant.repository.js';

interface Known {
  readonly suspended: Promise<ReadonlySet<TenantId>>;
  readonly epoch: number;
  /** When the look at the database began: what it shows is not older. */
  readonly askedAt: number;
}

const LIFETIME_MS = 2000;

/** Remembers which tenants are suspended: one small statement every two seconds, however many requests there are. */
@Injectable()
export class CachedTenantGate extends TenantGate {
  private known: Known | null = null;

  constructor(
    @Inject(TenantRepository) private readonly tenants: TenantRepository,
    @Inject(IdentityEpoch) private readonly epoch: IdentityEpoch,
  ) {
    super();
  }

  override async isSuspended(tenantId: TenantId): Promise<boolean> {
    return (await this.current()).has(tenantId);
  }

  private current(): Promise<ReadonlySet<TenantId>> {
    const { known } = this;
    const isCurrent =
      known?.epoch === this.epoch.current && performance.now() - known.askedAt < LIFETIME_MS;
    return isCurrent ? known.suspended : this.ask();
  }

  private ask(): Promise<ReadonlySet<TenantId>> {
    const asked: Known = {
      suspended: this.tenants.suspendedIds().then((ids) => new Set(ids)),
      epoch: this.epoch.current,
      askedAt: performance.now(),
    };
    this.known = asked;
    // A failure is not remembered; those who waited for it are told.
    asked.suspended.catch(() => {
      if (this.known === asked) this.known = null;
    });
    return asked.suspended;
  }
}
