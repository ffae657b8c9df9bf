import type { SchemaObject } from '@nestjs/swagger';
import { objectOf, pageOf } from '../../api/http/openapi-schemas.js';
import type { PageLinks } from '../../api/http/page-links.js';
import { AUDIT_ACTIONS, type AuditRecord } from '../domain/audit-record.js';

const text = (description: string): SchemaObject => ({
  type: 'string',
  nullable: true,
  description,
});
const state = (description: string): SchemaObject => ({
  type: 'object',
  additionalProperties: true,
  description,
});

export const auditRecordSchema: SchemaObject = {
  title: 'AuditRecord',
  ...objectOf({
    id: { type: 'string', description: 'Of one image in the order of its changes' },
    time: { type: 'string', format: 'date-time' },
    action: { type: 'string', enum: [...AUDIT_ACTIONS] },
    tenant_id: text('Whose thing was changed; the owner before, if that is what changed'),
    image_id: { ...text('The image'), format: 'uuid' },
    member_id: text('The tenant that the image is or was shared with'),
    user_id: text('Who asked; null is the service itself or a tool of the operator'),
    acting_tenant_id: text('For which tenant the user acted'),
    request_id: text('`x-openstack-request-id` of the request'),
    before: state('What differs, as it was'),
    after: state('What differs, as it is since'),
  }),
};

export const auditListSchema = pageOf('records', auditRecordSchema);

export const toAuditDocument = (record: AuditRecord) => ({
  id: String(record.id),
  time: record.occurredAt.toISOString(),
  action: record.action,
  tenant_id: record.tenantId,
  image_id: record.imageId,
  member_id: record.memberId,
  user_id: record.userId,
  acting_tenant_id: record.actingTenantId,
  request_id: record.requestId,
  before: record.before,
  after: record.after,
});

export const toAuditListDocument = (
  records: readonly AuditRecord[],
  { first, next }: PageLinks,
) => ({ records: records.map(toAuditDocument), first, ...(next !== null && { next }) });
