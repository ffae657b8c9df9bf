import { listOf, nullableText, objectOf, pageOf, text } from '../../api/http/openapi-schemas.js';
import type { PageLinks } from '../../api/http/page-links.js';
import type { DeadLetter, WebhookState } from '../domain/webhook.js';
import { auditRecordSchema, toAuditDocument } from './audit.representation.js';

export const webhooksSchema = objectOf({
  webhooks: listOf({
    title: 'Webhook',
    ...objectOf({
      id: text,
      pending: { type: 'integer', minimum: 0, description: 'Events on their way' },
      dead: { type: 'integer', minimum: 0, description: 'Events that were given up' },
    }),
  }),
});

export const deadLettersSchema = pageOf('dead_letters', {
  title: 'DeadLetter',
  ...objectOf({
    attempts: { type: 'integer', minimum: 0 },
    last_error: { ...nullableText, example: 'status 500' },
    record: auditRecordSchema,
  }),
});

export const resentSchema = objectOf({ resent: { type: 'integer', minimum: 0 } });

export const toWebhooksDocument = (webhooks: readonly WebhookState[]) => ({
  webhooks: webhooks.map(({ id, pending, dead }) => ({ id, pending, dead })),
});

export const toDeadLettersDocument = (
  letters: readonly DeadLetter[],
  { first, next }: PageLinks,
) => ({
  dead_letters: letters.map(({ attempts, lastError, record }) => ({
    attempts,
    last_error: lastError,
    record: toAuditDocument(record),
  })),
  first,
  ...(next !== null && { next }),
});
