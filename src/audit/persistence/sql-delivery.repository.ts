import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import { Database } from '../../platform/database/database.js';
import { DeliveryRepository } from '../application/ports/delivery.repository.js';
import type { DeadLetter, Delivery, Webhook, WebhookState } from '../domain/webhook.js';
import { AUDIT_COLUMNS, toAuditRecord, type AuditRow } from './audit-record.row.js';
import * as sql from './delivery.sql.js';

const BATCH = 500;

type DeliveryRow = AuditRow & { readonly attempts: number };

/** {@link DeliveryRepository} on PostgreSQL; leases go by the database's clock. */
@Injectable()
export class SqlDeliveryRepository extends DeliveryRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async open(webhookId: string, position: bigint): Promise<void> {
    const text = `INSERT INTO webhook_cursors (webhook_id, position) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
    await this.database.execute({ name: 'open-webhook', text, values: [webhookId, position] });
  }

  override async enqueue(
    { id, actions }: Webhook,
    upTo: bigint,
  ): Promise<'more' | 'done' | 'busy'> {
    const [row] = await this.database.execute<{ taken: number }>({
      name: 'enqueue-deliveries',
      text: sql.ENQUEUE,
      values: [id, upTo, BATCH, actions],
    });
    if (row === undefined) return 'busy';
    return row.taken === BATCH ? 'more' : 'done';
  }

  override async claim(
    webhookId: string,
    { limit, leaseSeconds }: { readonly limit: number; readonly leaseSeconds: number },
  ): Promise<readonly Delivery[]> {
    const rows = await this.database.execute<DeliveryRow>({
      name: 'claim-deliveries',
      text: sql.CLAIM,
      values: [webhookId, limit, leaseSeconds],
    });
    return rows.map(toDelivery);
  }

  override async delivered(webhookId: string, recordId: bigint): Promise<void> {
    const text = 'DELETE FROM webhook_deliveries WHERE webhook_id = $1 AND record_id = $2';
    await this.database.execute({ name: 'end-delivery', text, values: [webhookId, recordId] });
  }

  override async failed(
    webhookId: string,
    { record, attempts }: Delivery,
    { reason, retryAfter }: { readonly reason: string; readonly retryAfter: number | null },
  ): Promise<void> {
    await this.database.execute({
      name: 'fail-delivery',
      text: sql.FAIL,
      values: [webhookId, record.id, attempts, reason, retryAfter],
    });
  }

  override async states(webhookIds: readonly string[]): Promise<readonly WebhookState[]> {
    return this.database.read<WebhookState & { id: string }>({
      name: 'webhook-states',
      text: sql.STATES,
      values: [webhookIds],
    });
  }

  override async deadLetters(
    webhookId: string,
    { limit, after }: { readonly limit: number; readonly after: bigint | null },
  ): Promise<Page<DeadLetter>> {
    if (limit === 0) return { items: [], isFull: false };
    const rows = await this.database.read<DeliveryRow & { readonly last_error: string | null }>({
      name: 'list-dead-letters',
      text: `SELECT d.attempts, d.last_error, ${AUDIT_COLUMNS}
        FROM webhook_deliveries d JOIN audit_records r ON r.id = d.record_id
        WHERE d.webhook_id = $1 AND d.state = 'dead' AND d.record_id > $2 ORDER BY d.record_id LIMIT $3`,
      values: [webhookId, after ?? 0n, limit],
    });
    const items = rows.map((row) => ({ ...toDelivery(row), lastError: row.last_error }));
    return { items, isFull: rows.length === limit };
  }

  override async resend(webhookId: string, recordId: bigint | null): Promise<number> {
    const rows = await this.database.execute({
      name: 'resend-deliveries',
      text: `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, not_before = now(), last_error = NULL
        WHERE webhook_id = $1 AND state = 'dead' AND ($2::bigint IS NULL OR record_id = $2) RETURNING record_id`,
      values: [webhookId, recordId],
    });
    return rows.length;
  }
}

const toDelivery = (row: DeliveryRow): Delivery => ({
  record: toAuditRecord(row),
  attempts: row.attempts,
});
