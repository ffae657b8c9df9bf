import type { SchemaObject } from '@nestjs/swagger';
import type { PageLinks } from '../../api/http/page-links.js';
import type { DeadLetter, WebhookState } from '../domain/webhook.js';
import { auditRecordSchema, toAuditDocument } from './audit.representation.js';

export const webhooksSchema: SchemaObject = {
  type: 'object',
  properties: {
    webhooks: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          pending: { type: 'integer', description: 'Events on their way' },
          dead: { type: 'integer', description: 'Events that were given up' },
        },
      },
    },
  },
};

export const deadLettersSchema: SchemaObject = {
  type: 'object',
  properties: {
    dead_letters: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          attempts: { type: 'integer' },
          last_error: { type: 'string', nullable: true, example: 'status 500' },
          record: auditRecordSchema,
        },
      },
    },
    first: { type: 'string' },
    next: { type: 'string', description: 'Absent behind the last page' },
  },
};

export const resentSchema: SchemaObject = {
  type: 'object',
  properties: { resent: { type: 'integer' } },
};

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
