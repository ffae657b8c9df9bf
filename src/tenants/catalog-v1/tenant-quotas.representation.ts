import type { SchemaObject } from '@nestjs/swagger';
import { objectOf, text } from '../../api/http/openapi-schemas.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { TenantQuotaReport } from '../application/tenant-quotas.js';
import type { TenantQuotaOverrides } from '../domain/tenant-quota.js';

const integer = (description: string, nullable = false): SchemaObject => ({
  type: 'integer',
  format: 'int64',
  nullable,
  description,
});

export const quotaRequestSchema: SchemaObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    image_count: integer('Live images; -1 is unlimited, null the default', true),
    image_bytes: integer('Bytes of image data; -1 is unlimited, null the default', true),
  },
  example: { image_count: 500, image_bytes: null },
};

const amount = (unit: string): SchemaObject =>
  objectOf({
    usage: integer(unit),
    limit: integer(`${unit}; -1 is unlimited`),
    is_default: { type: 'boolean', description: 'The limit is that of the deployment' },
  });

/** What a report on quota and usage always has. */
export const quotaMembers = {
  tenant_id: text,
  image_count: amount('Live images'),
  image_bytes: amount('Bytes of image data'),
};
export const quotaReportSchema: SchemaObject = { title: 'TenantQuota', ...objectOf(quotaMembers) };

export function toQuotaDocument(report: TenantQuotaReport) {
  const { tenantId, imageCount, imageBytes, quota, overrides } = report;
  return {
    tenant_id: tenantId,
    image_count: {
      usage: imageCount,
      limit: Number(quota.imageCount),
      is_default: overrides.imageCount === null,
    },
    image_bytes: {
      usage: Number(imageBytes),
      limit: Number(quota.imageBytes),
      is_default: overrides.imageBytes === null,
    },
  };
}

/** @throws InvalidRequest */
export function parseQuotaOverrides(body: unknown): TenantQuotaOverrides {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  const limits = new Map(Object.entries(body));
  const imageCount = parseLimit('image_count', limits);
  const imageBytes = parseLimit('image_bytes', limits);
  const [unknown] = limits.keys();
  if (unknown !== undefined) throw new InvalidRequest(`Unknown field ${quote(unknown)}.`);
  return { imageCount, imageBytes };
}

function parseLimit(name: string, limits: Map<string, unknown>): bigint | null {
  const value = limits.get(name) ?? null;
  limits.delete(name);
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < -1) {
    throw new InvalidRequest(`Field ${quote(name)} must be a whole number of at least -1.`);
  }
  return BigInt(value);
}
