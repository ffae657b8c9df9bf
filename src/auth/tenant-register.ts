import type { TenantId } from '../kernel/principal.js';

/** Port: which tenants there are. */
export abstract class TenantRegister {
  /**
   * A tenant has been authenticated, perhaps for the first time. Idempotent, and almost always free of charge;
   * never fails, since a request that only reads can be served all the same.
   */
  abstract enter(id: TenantId): Promise<void>;
}
