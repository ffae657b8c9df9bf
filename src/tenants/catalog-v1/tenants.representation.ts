import type { SchemaObject } from '@nestjs/swagger';
import type { PageLinks } from '../../api/http/page-links.js';
import { lastValue, type QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { TenantReport } from '../application/manage-tenants.js';
import type { RemovalProgress } from '../application/remove-tenant.js';
import type { Holdings } from '../domain/tenant-removal.js';
import { quotaReportSchema, toQuotaDocument } from './tenant-quotas.representation.js';

export const tenantSchema: SchemaObject = {
  type: 'object',
  properties: {
    ...quotaReportSchema.properties,
    suspended: { type: 'boolean', description: 'Its requests are refused with 403' },
    created_at: { type: 'string', format: 'date-time', description: 'When it was first heard of' },
  },
};

export const tenantListSchema: SchemaObject = {
  type: 'object',
  properties: {
    tenants: { type: 'array', items: tenantSchema },
    first: { type: 'string' },
    next: { type: 'string', description: 'Absent behind the last page' },
  },
};

const holdingsSchema: SchemaObject = {
  type: 'object',
  description: 'How many, of how many bytes of image data, by kind',
  additionalProperties: {
    type: 'object',
    properties: { count: { type: 'integer' }, bytes: { type: 'integer', format: 'int64' } },
  },
  example: { images: { count: 12, bytes: 25_769_803_776 }, image_shares: { count: 3, bytes: 0 } },
};

export const removalRequestSchema: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dry_run: { type: 'boolean', default: true, description: 'false removes; nothing else does' },
  },
  example: { dry_run: true },
};

export const previewSchema: SchemaObject = {
  type: 'object',
  properties: { tenant_id: { type: 'string' }, holdings: holdingsSchema },
};

export const removalSchema: SchemaObject = {
  type: 'object',
  properties: {
    tenant_id: { type: 'string' },
    state: { type: 'string', enum: ['running', 'done'] },
    holdings: { ...holdingsSchema, description: 'What there was at the start' },
    remaining: { ...holdingsSchema, description: 'What is left now' },
    started_at: { type: 'string', format: 'date-time' },
    finished_at: { type: 'string', format: 'date-time', nullable: true },
  },
};

export const toTenantDocument = (tenant: TenantReport) => ({
  ...toQuotaDocument(tenant),
  suspended: tenant.isSuspended,
  created_at: tenant.createdAt.toISOString(),
});

export const toTenantListDocument = (
  tenants: readonly TenantReport[],
  { first, next }: PageLinks,
) => ({ tenants: tenants.map(toTenantDocument), first, ...(next !== null && { next }) });

export const toPreviewDocument = (tenantId: string, holdings: Holdings) => ({
  tenant_id: tenantId,
  holdings: toHoldingsDocument(holdings),
});

export const toRemovalDocument = (removal: RemovalProgress) => ({
  tenant_id: removal.tenantId,
  state: removal.isDone ? 'done' : 'running',
  holdings: toHoldingsDocument(removal.holdings),
  remaining: toHoldingsDocument(removal.remaining),
  started_at: removal.startedAt.toISOString(),
  finished_at: removal.finishedAt?.toISOString() ?? null,
});

const toHoldingsDocument = (holdings: Holdings) =>
  Object.fromEntries(
    Object.entries(holdings).map(([kind, { count, bytes }]) => [kind, { count, bytes }]),
  );

/** @returns whether only to look; true unless the body says otherwise. @throws InvalidRequest */
export function parseRemovalRequest(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  const { dry_run: isDryRun = true, ...unknown } = body as Record<string, unknown>;
  if (typeof isDryRun !== 'boolean' || Object.keys(unknown).length > 0) {
    throw new InvalidRequest("The request body takes one member, the boolean 'dry_run'.");
  }
  return isDryRun;
}

/** The filter `suspended`; null without one. @throws InvalidRequest */
export function parseSuspended(query: QueryParameters): boolean | null {
  const text = lastValue(query, 'suspended');
  if (text === '') return null;
  if (text !== 'true' && text !== 'false') {
    throw new InvalidRequest("The filter 'suspended' must be true or false.");
  }
  return text === 'true';
}
