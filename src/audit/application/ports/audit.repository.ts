import type { Page } from '../../../kernel/page.js';
import type { TenantId } from '../../../kernel/principal.js';
import type { AuditRecord, AuditScope } from '../../domain/audit-record.js';

export interface AuditFilter {
  readonly imageId: string | null;
  readonly tenantId: TenantId | null;
  readonly action: string | null;
  readonly userId: string | null;
  readonly requestId: string | null;
  /** Inclusive. */
  readonly since: Date | null;
  /** Exclusive. */
  readonly until: Date | null;
}

/** Port: the records of changes, which the database itself writes. */
export abstract class AuditRepository {
  /** Newest first. @param before the last record of the page before */
  abstract list(
    scope: AuditScope,
    filter: AuditFilter,
    page: { readonly limit: number; readonly before: bigint | null },
  ): Promise<Page<AuditRecord>>;

  /**
   * Removes records older than the retention, at most `batch` of them; only one replica at a time does.
   * @returns how many were removed; 0 also when another is at it
   */
  abstract removeExpired(retentionSeconds: number, batch: number): Promise<number>;
}
