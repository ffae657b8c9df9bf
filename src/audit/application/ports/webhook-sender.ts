import type { AuditRecord } from '../../domain/audit-record.js';

/** Port: brings one change, as an event, to one webhook. */
export abstract class WebhookSender {
  /**
   * Resolves when the receiver has acknowledged the event with a 2xx.
   * @throws DeliveryFailed with a reason that names neither address nor secret
   */
  abstract send(webhookId: string, record: AuditRecord): Promise<void>;
}

export class DeliveryFailed extends Error {}
