import type { TenantId } from '../kernel/principal.js';

/** Port: which tenants are shut out, whichever identity authenticated them. */
export abstract class TenantGate {
  /**
   * Asked for every request, so it is a look-up in memory nearly always. What another replica changed shows
   * within two seconds, what this process changed at once.
   * @throws Unavailable when that cannot be known
   */
  abstract isSuspended(tenantId: TenantId): Promise<boolean>;
}
