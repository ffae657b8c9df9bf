import type { Page } from '../../../kernel/page.js';
import type { DeadLetter, Delivery, Webhook, WebhookState } from '../../domain/webhook.js';

/** Port: what is on its way to webhooks. Several replicas share it; each delivery has one sender at a time. */
export abstract class DeliveryRepository {
  /** A webhook that is new gets what happens behind this position. Idempotent. */
  abstract open(webhookId: string, position: bigint): Promise<void>;

  /**
   * Queues what the webhook has not been given yet, up to the position, a bounded number of records.
   * @returns `more` when there may be more; `busy` when another replica is at it, and nothing was queued
   */
  abstract enqueue(webhook: Webhook, upTo: bigint): Promise<'more' | 'done' | 'busy'>;

  /**
   * Takes deliveries that are due, of each subject the oldest alone, and leases them for so long: nobody else takes
   * them meanwhile, and somebody does afterwards unless they were delivered.
   */
  abstract claim(
    webhookId: string,
    options: { readonly limit: number; readonly leaseSeconds: number },
  ): Promise<readonly Delivery[]>;

  abstract delivered(webhookId: string, recordId: bigint): Promise<void>;

  /** @param retryAfter in seconds; null when that was the last attempt */
  abstract failed(
    webhookId: string,
    delivery: Delivery,
    outcome: { readonly reason: string; readonly retryAfter: number | null },
  ): Promise<void>;

  abstract states(webhookIds: readonly string[]): Promise<readonly WebhookState[]>;

  /** In the order of the events. */
  abstract deadLetters(
    webhookId: string,
    page: { readonly limit: number; readonly after: bigint | null },
  ): Promise<Page<DeadLetter>>;

  /** Makes one dead letter, or with null all, pending again, as if never tried. @returns how many */
  abstract resend(webhookId: string, recordId: bigint | null): Promise<number>;
}
