import { request } from 'undici';
import type { WebhookSettings } from '../../platform/config/audit-settings.js';
import { during } from '../../platform/observability/tracing/active-span.js';
import type { Tracing } from '../../platform/observability/tracing/span.js';
import { callSpan, endOfCall } from '../../platform/outbound/call-span.js';
import { DeliveryFailed, WebhookSender } from '../application/ports/webhook-sender.js';
import type { AuditRecord } from '../domain/audit-record.js';
import { toCloudEvent, type CloudEvent } from '../domain/cloud-event.js';
import { signatureHeaders } from './webhook-signature.js';

/** Of what a receiver answers, which nobody reads. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** {@link WebhookSender} over HTTP: structured CloudEvents, signed. Redirects are failures. */
export class HttpWebhookSender extends WebhookSender {
  private readonly byId: ReadonlyMap<string, WebhookSettings>;

  /**
   * @param source of the events
   * @param tracing null: nobody traces. Otherwise each attempt is a trace, and the receiver can go on with it.
   */
  constructor(
    webhooks: readonly WebhookSettings[],
    private readonly source: string,
    private readonly tracing: Tracing | null,
  ) {
    super();
    this.byId = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
  }

  override async send(webhookId: string, record: AuditRecord): Promise<void> {
    const webhook = this.byId.get(webhookId);
    if (webhook === undefined) throw new DeliveryFailed('no longer configured');
    const status = await this.traced(webhook, toCloudEvent(record, this.source));
    if (status < 200 || status > 299) throw new DeliveryFailed(`status ${status}`);
  }

  private traced(webhook: WebhookSettings, event: CloudEvent): Promise<number> {
    if (this.tracing === null) return this.post(webhook, event);
    const options = callSpan('POST', webhook.url);
    // The path may be what only the receiver and this service know.
    const attributes = {
      'url.full': undefined,
      'catalog.webhook.id': webhook.id,
      'cloudevents.event_id': event.id,
    };
    const span = this.tracing.begin('POST', {
      ...options,
      attributes: { ...options.attributes, ...attributes },
    });
    return during(span, () => this.post(webhook, event, span.headers), endOfCall);
  }

  private async post(
    { url, secret, timeoutSeconds }: WebhookSettings,
    event: CloudEvent,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const body = JSON.stringify(event);
    const timestamp = Math.floor(Date.now() / 1000);
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const { statusCode, body: answer } = await request(url, {
        method: 'POST',
        body,
        signal,
        headers: {
          ...headers,
          'content-type': 'application/cloudevents+json; charset=utf-8',
          ...signatureHeaders({ id: event.id, timestamp, body }, secret.reveal()),
        },
      });
      await answer.dump({ limit: MAX_ANSWER_BYTES, signal });
      return statusCode;
    } catch (error) {
      throw new DeliveryFailed(signal.aborted ? 'timed out' : reasonOf(error), { cause: error });
    }
  }
}

/** A code such as ECONNREFUSED; messages may name the address. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : 'connection failed';
}
