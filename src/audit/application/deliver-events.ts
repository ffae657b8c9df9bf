import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { retryDelay, type Delivery, type Webhook } from '../domain/webhook.js';
import { EventFeed } from './event-feed.js';
import { DeliveryRepository } from './ports/delivery.repository.js';
import { DeliveryFailed, WebhookSender } from './ports/webhook-sender.js';

/** Injection token of the configured {@link Webhook}s. */
export const WEBHOOKS = Symbol('WEBHOOKS');

/** Deliveries to one webhook at once, on one replica. */
const CONCURRENCY = 10;
/** Longer than any attempt takes. */
const LEASE_SECONDS = 30;
/** How often to look for retries when nothing new happens. */
const RETRY_LOOK_MS = 1000;

/**
 * Brings events to webhooks: each at least once, those of one image in their order, on whichever replica takes them
 * first. A webhook that fails or is slow holds up no other, and an image that fails holds up no other image.
 */
@Injectable()
export class DeliverEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DeliverEvents.name);
  private readonly busy = new Map<string, Promise<void>>();
  private readonly lookedAt = new Map<string, number>();
  private readonly positions = new Map<string, bigint>();
  private release: () => void = () => undefined;

  constructor(
    @Inject(EventFeed) private readonly feed: EventFeed,
    @Inject(DeliveryRepository) private readonly deliveries: DeliveryRepository,
    @Inject(WebhookSender) private readonly sender: WebhookSender,
    @Inject(WEBHOOKS) private readonly webhooks: readonly Webhook[],
  ) {}

  onApplicationBootstrap(): void {
    if (this.webhooks.length === 0) return;
    this.release = this.feed.follow((horizon) => {
      for (const webhook of this.webhooks) this.serve(webhook, horizon);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.release();
    await Promise.allSettled(this.busy.values());
  }

  /** One turn at a time for each webhook. */
  private serve(webhook: Webhook, horizon: bigint): void {
    const { id } = webhook;
    if (this.busy.has(id)) return;
    const turn = this.turn(webhook, horizon)
      .catch((error: unknown) => {
        // What was not confirmed is due again when its lease ends.
        this.logger.warn({ message: 'Could not serve a webhook.', webhook: id, err: error });
      })
      .finally(() => this.busy.delete(id));
    this.busy.set(id, turn);
  }

  private async turn(webhook: Webhook, horizon: bigint): Promise<void> {
    const { id } = webhook;
    const isNews = await this.isNews(webhook, horizon);
    if (!isNews && performance.now() - (this.lookedAt.get(id) ?? -Infinity) < RETRY_LOOK_MS) return;
    this.lookedAt.set(id, performance.now());
    while (!this.feed.stopping.aborted) {
      const options = { limit: CONCURRENCY, leaseSeconds: LEASE_SECONDS };
      const due = await this.deliveries.claim(id, options);
      if (due.length === 0) return;
      await Promise.all(due.map((delivery) => this.deliver(webhook, delivery)));
    }
  }

  /** Queues what is behind the last position that this replica knows of. */
  private async isNews(webhook: Webhook, horizon: bigint): Promise<boolean> {
    const { id } = webhook;
    const known = this.positions.get(id);
    if (known === undefined) await this.deliveries.open(id, horizon);
    if (known !== undefined && known >= horizon) return false;
    for (;;) {
      const outcome = await this.deliveries.enqueue(webhook, horizon);
      if (outcome === 'busy') return false;
      if (outcome === 'more') continue;
      this.positions.set(id, horizon);
      return true;
    }
  }

  private async deliver(webhook: Webhook, delivery: Delivery): Promise<void> {
    try {
      await this.sender.send(webhook.id, delivery.record);
    } catch (error) {
      if (!(error instanceof DeliveryFailed)) throw error;
      await this.fail(webhook, delivery, error.message);
      return;
    }
    await this.deliveries.delivered(webhook.id, delivery.record.id);
  }

  private async fail(webhook: Webhook, delivery: Delivery, reason: string): Promise<void> {
    const { attempts, record } = delivery;
    const isLast = attempts >= webhook.maxAttempts;
    const retryAfter = isLast ? null : retryDelay(webhook.retrySeconds, attempts, Math.random());
    await this.deliveries.failed(webhook.id, delivery, { reason, retryAfter });
    if (!isLast) return;
    const event = String(record.id);
    this.logger.error({ message: 'A dead letter.', webhook: webhook.id, event, reason });
  }
}
