import type { Page } from '../../../kernel/page.js';
import type { TenantId } from '../../../kernel/principal.js';
import type { Tenant } from '../../domain/tenant.js';

export interface TenantPageRequest {
  readonly limit: number;
  /** The last tenant of the page before. */
  readonly after: TenantId | null;
  /** Null: both. */
  readonly isSuspended: boolean | null;
}

/** Port: the tenants that the service has heard of, by owning something or by an administrator's word. */
export abstract class TenantRepository {
  abstract find(tenantId: TenantId): Promise<Tenant | null>;

  /** In the order of their ids, by code points. */
  abstract list(request: TenantPageRequest): Promise<Page<Tenant>>;

  /** Idempotent; a tenant that is not known yet is from now on. */
  abstract setSuspended(tenantId: TenantId, isSuspended: boolean): Promise<Tenant>;

  abstract suspendedIds(): Promise<readonly TenantId[]>;
}
