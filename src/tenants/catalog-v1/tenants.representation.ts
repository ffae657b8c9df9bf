import type { SchemaObject } from '@nestjs/swagger';
import { instant, objectOf, pageOf, text } from '../../api/http/openapi-schemas.js';
import type { PageLinks } from '../../api/http/page-links.js';
import { lastValue, type QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { TenantReport } from '../application/manage-tenants.js';
import type { RemovalProgress } from '../application/remove-tenant.js';
import type { Holdings } from '../domain/tenant-removal.js';
import { quotaMembers, toQuotaDocument } from './tenant-quotas.representation.js';

export const tenantSchema: SchemaObject = {
  title: 'Tenant',
  ...objectOf({
    ...quotaMembers,
    suspended: { type: 'boolean', description: 'Its requests are refused with 403' },
    created_at: { ...instant, description: 'When it was first heard of' },
  }),
};

export const tenantListSchema = pageOf('tenants', tenantSchema);

const holdingsSchema: SchemaObject = {
  type: 'object',
  description: 'How many, of how many bytes of image data, by kind',
  additionalProperties: objectOf({
    count: { type: 'integer', minimum: 0 },
    bytes: { type: 'integer', format: 'int64', minimum: 0 },
  }),
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

export const previewSchema = objectOf({ tenant_id: text, holdings: holdingsSchema });

export const removalSchema: SchemaObject = {
  title: 'TenantRemoval',
  ...objectOf({
    tenant_id: text,
    state: { type: 'string', enum: ['running', 'done'] },
    holdings: { ...holdingsSchema, description: 'What there was at the start' },
    remaining: { ...holdingsSchema, description: 'What is left now' },
    started_at: instant,
    finished_at: { ...instant, nullable: true },
  }),
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
