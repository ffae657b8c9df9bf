import type { TenantId } from '../../../kernel/principal.js';

/** Port: the namespaces of one tenant as a whole, for its removal. */
export abstract class TenantNamespacesRepository {
  abstract count(tenantId: TenantId): Promise<number>;
  /** Removes them with everything inside, protected ones too. */
  abstract removeAll(tenantId: TenantId): Promise<void>;
}
