import type { ChangeOrigin } from '../../../kernel/change-origin.js';
import type { TenantId } from '../../../kernel/principal.js';
import type { Holdings, TenantRemoval } from '../../domain/tenant-removal.js';

/** Port: removals of tenants, each worked on by one process at a time under a lease. */
export abstract class TenantRemovalRepository {
  abstract find(tenantId: TenantId): Promise<TenantRemoval | null>;

  /**
   * Suspends the tenant and begins its removal, in one step; of a tenant that was removed before, anew.
   * @throws RemovalUnderWay
   */
  abstract begin(
    tenantId: TenantId,
    holdings: Holdings,
    origin: ChangeOrigin,
  ): Promise<TenantRemoval>;

  /** One that nobody works on, leased for so long; null when there is none. */
  abstract claim(leaseSeconds: number): Promise<TenantRemoval | null>;

  /** Leases it for so long from now. */
  abstract renew(tenantId: TenantId, leaseSeconds: number): Promise<void>;

  /**
   * Forgets the tenant itself and closes the removal, in one step.
   * @returns false when the tenant owns images again; nothing is changed then
   */
  abstract finish(tenantId: TenantId): Promise<boolean>;

  /** Runs `work` so that the audit names who asked for the removal. */
  abstract onBehalfOf<T>(removal: TenantRemoval, work: () => Promise<T>): Promise<T>;
}
