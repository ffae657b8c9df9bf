import { Conflict, NotFound, quote } from '../../kernel/errors.js';
import type { Principal, TenantId } from '../../kernel/principal.js';
import type { TenantUsage } from './tenant-quota.js';

/** A tenant as the operator sees it. */
export interface Tenant extends TenantUsage {
  /** Its requests are refused; its data stays. */
  readonly isSuspended: boolean;
  /** When it was first heard of. */
  readonly createdAt: Date;
}

export class TenantNotFound extends NotFound {
  constructor(tenantId: TenantId) {
    super(`Could not find tenant: ${quote(tenantId)}.`);
  }
}

/** Nobody shuts the door with themselves inside. @throws Conflict */
export function requireForeign(tenantId: TenantId, principal: Principal): void {
  if (tenantId === principal.tenantId) {
    throw new Conflict('A tenant cannot be suspended or removed by itself.');
  }
}
