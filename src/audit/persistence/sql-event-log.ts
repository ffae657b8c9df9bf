import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { EventLog } from '../application/ports/event-log.js';
import type { AuditRecord } from '../domain/audit-record.js';
import { AUDIT_COLUMNS, toAuditRecord, type AuditRow } from './audit-record.row.js';

/** {@link EventLog} on PostgreSQL: its sequence and its transaction numbers. */
@Injectable()
export class SqlEventLog extends EventLog {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async look(): Promise<{ lastId: bigint; oldestOpen: bigint }> {
    const [row] = await this.database.read<{ last_id: bigint; oldest_open: bigint }>({
      name: 'look-for-events',
      text: `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last_id,
          pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_open
        FROM audit_records_id_seq`,
      values: [],
    });
    return { lastId: row?.last_id ?? 0n, oldestOpen: row?.oldest_open ?? 0n };
  }

  override async fence(): Promise<bigint> {
    const [row] = await this.database.execute<{ transaction: bigint }>({
      name: 'fence-events',
      text: 'SELECT pg_current_xact_id()::text::bigint AS transaction',
      values: [],
    });
    if (row === undefined) throw new Error('A transaction has a number.');
    return row.transaction;
  }

  override async read(after: bigint, upTo: bigint, limit: number): Promise<readonly AuditRecord[]> {
    const rows = await this.database.read<AuditRow>({
      name: 'read-events',
      text: `SELECT ${AUDIT_COLUMNS} FROM audit_records r
        WHERE r.id > $1 AND r.id <= $2 ORDER BY r.id LIMIT $3`,
      values: [after, upTo, limit],
    });
    return rows.map(toAuditRecord);
  }
}
