import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import {
  DeadLetterNotFound,
  WebhookNotFound,
  type DeadLetter,
  type Webhook,
  type WebhookState,
} from '../domain/webhook.js';
import { WEBHOOKS } from './deliver-events.js';
import { DeliveryRepository } from './ports/delivery.repository.js';

/** For admins: what is on its way to webhooks, and what did not arrive. */
@Injectable()
export class ManageWebhooks {
  constructor(
    @Inject(DeliveryRepository) private readonly deliveries: DeliveryRepository,
    @Inject(WEBHOOKS) private readonly webhooks: readonly Webhook[],
  ) {}

  list(): Promise<readonly WebhookState[]> {
    return this.deliveries.states(this.webhooks.map(({ id }) => id));
  }

  /** @throws WebhookNotFound */
  async deadLetters(
    webhookId: string,
    page: { readonly limit: number; readonly after: bigint | null },
  ): Promise<Page<DeadLetter>> {
    this.requireKnown(webhookId);
    return this.deliveries.deadLetters(webhookId, page);
  }

  /** One dead letter, or with null all. @throws WebhookNotFound, DeadLetterNotFound @returns how many */
  async resend(webhookId: string, recordId: bigint | null): Promise<number> {
    this.requireKnown(webhookId);
    const count = await this.deliveries.resend(webhookId, recordId);
    if (recordId !== null && count === 0) throw new DeadLetterNotFound();
    return count;
  }

  private requireKnown(webhookId: string): void {
    if (!this.webhooks.some(({ id }) => id === webhookId)) throw new WebhookNotFound(webhookId);
  }
}
