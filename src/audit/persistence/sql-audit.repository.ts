import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import { Database } from '../../platform/database/database.js';
import { AuditRepository, type AuditFilter } from '../application/ports/audit.repository.js';
import type { AuditRecord, AuditScope } from '../domain/audit-record.js';
import { AUDIT_COLUMNS, toAuditRecord, type AuditRow } from './audit-record.row.js';

/** {@link AuditRepository} on PostgreSQL. */
@Injectable()
export class SqlAuditRepository extends AuditRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async list(
    scope: AuditScope,
    filter: AuditFilter,
    { limit, before }: { readonly limit: number; readonly before: bigint | null },
  ): Promise<Page<AuditRecord>> {
    if (limit === 0) return { items: [], isFull: false };
    const possible = [
      ['r.tenant_id =', scope === 'everything' ? null : scope.ownedBy],
      ['r.tenant_id =', filter.tenantId],
      ['r.image_id =', filter.imageId],
      ['r.action =', filter.action],
      ['r.user_id =', filter.userId],
      ['r.request_id =', filter.requestId],
      ['r.occurred_at >=', filter.since],
      ['r.occurred_at <', filter.until],
      ['r.id <', before],
    ] as const;
    const conditions = possible.filter(([, value]) => value !== null);
    const where = conditions.map(([left], index) => `${left} $${index + 2}`).join(' AND ');
    const text = `SELECT ${AUDIT_COLUMNS} FROM audit_records r
      ${where === '' ? '' : `WHERE ${where}`} ORDER BY r.id DESC LIMIT $1`;
    const rows = await this.database.read<AuditRow>({
      // One letter for each condition: names are short, and there are few that occur.
      name: `list-audit-${possible.map(([, value]) => (value === null ? '-' : 'x')).join('')}`,
      text,
      values: [limit, ...conditions.map(([, value]) => value)],
    });
    return { items: rows.map(toAuditRecord), isFull: rows.length === limit };
  }

  override async removeExpired(retentionSeconds: number, batch: number): Promise<number> {
    const [row] = await this.database.execute<{ removed: number }>({
      name: 'remove-expired-audit-records',
      text: 'SELECT remove_expired_audit_records($1, $2) AS removed',
      values: [retentionSeconds, batch],
    });
    return row?.removed ?? 0;
  }
}
