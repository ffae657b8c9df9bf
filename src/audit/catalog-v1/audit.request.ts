import { parseIsoInstant } from '../../api/http/iso-instant.js';
import { parseLimit, type PageSizes } from '../../api/http/limit.js';
import { lastValue, type QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ListAuditRecordsCommand } from '../application/list-audit-records.js';
import { AUDIT_ACTIONS } from '../domain/audit-record.js';

const PARAMETERS = new Set(
  'image_id tenant_id action user_id request_id since until limit marker'.split(' '),
);
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const MAX_ID = 9_223_372_036_854_775_807n;

/** @throws InvalidRequest for unknown parameters and values that no record can have */
export function parseAuditQuery(query: QueryParameters, sizes: PageSizes): ListAuditRecordsCommand {
  const unknown = query.find(([name]) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw new InvalidRequest(`Unknown parameter ${quote(unknown[0])}.`);
  const value = (name: string): string | null => lastValue(query, name) || null;
  const limit = value('limit') ?? undefined;
  return {
    limit: parseLimit(limit, sizes),
    marker: parseRecordId(value('marker'), 'marker'),
    filter: {
      imageId: imageIdOf(value('image_id')),
      tenantId: value('tenant_id'),
      action: actionOf(value('action')),
      userId: value('user_id'),
      requestId: value('request_id'),
      since: instantOf(value('since')),
      until: instantOf(value('until')),
    },
  };
}

/** @param name what to call it in a refusal */
export function parseRecordId(text: string | null, name: string): bigint | null {
  if (text === null) return null;
  const id = /^\d{1,19}$/.test(text) ? BigInt(text) : MAX_ID + 1n;
  if (id > MAX_ID) throw new InvalidRequest(`The ${name} must be the id of a record.`);
  return id;
}

function imageIdOf(text: string | null): string | null {
  if (text === null || UUID.test(text)) return text;
  throw new InvalidRequest(`${quote(text)} is not the id of an image.`);
}

function actionOf(text: string | null): string | null {
  if (text === null || AUDIT_ACTIONS.some((action) => action === text)) return text;
  throw new InvalidRequest(`${quote(text)} is not a recorded action.`);
}

function instantOf(text: string | null): Date | null {
  if (text === null) return null;
  const instant = parseIsoInstant(text);
  if (instant === null) throw new InvalidRequest(`${quote(text)} is not an ISO 8601 date.`);
  return instant;
}
