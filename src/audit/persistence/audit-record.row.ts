import type { AuditRecord, AuditedState } from '../domain/audit-record.js';

/** A row of `audit_records` as the driver delivers it. */
export interface AuditRow {
  readonly id: bigint;
  readonly occurred_at: Date;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly image_id: string | null;
  readonly member_id: string | null;
  readonly user_id: string | null;
  readonly acting_tenant_id: string | null;
  readonly request_id: string | null;
  readonly before: AuditedState;
  readonly after: AuditedState;
}

/** What every read selects, qualified with the table's alias `r`. */
export const AUDIT_COLUMNS = [
  'id',
  'occurred_at',
  'action',
  'tenant_id',
  'image_id',
  'member_id',
  'user_id',
  'acting_tenant_id',
  'request_id',
  'before',
  'after',
]
  .map((column) => `r.${column}`)
  .join(', ');

export const toAuditRecord = (row: AuditRow): AuditRecord => ({
  id: row.id,
  occurredAt: row.occurred_at,
  action: row.action,
  tenantId: row.tenant_id,
  imageId: row.image_id,
  memberId: row.member_id,
  userId: row.user_id,
  actingTenantId: row.acting_tenant_id,
  requestId: row.request_id,
  before: row.before,
  after: row.after,
});
