import type { AuditRecord } from './audit-record.js';

/** CloudEvents 1.0, in the structured JSON format. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** Before the action in the type of an event: `org.openstack.image.update`. */
const TYPE_PREFIX = 'org.openstack.';

export const eventTypeOf = ({ action }: Pick<AuditRecord, 'action'>): string =>
  `${TYPE_PREFIX}${action}`;

/** What an event is about, and what the order of deliveries is kept for. */
export const subjectOf = ({ imageId, tenantId }: AuditRecord): string =>
  imageId !== null ? `images/${imageId}` : tenantId !== null ? `tenants/${tenantId}` : 'service';

/** @param source the service, as a URI reference; with the id it identifies the event */
export function toCloudEvent(record: AuditRecord, source: string): CloudEvent {
  return {
    specversion: '1.0',
    id: String(record.id),
    source,
    type: eventTypeOf(record),
    subject: subjectOf(record),
    time: record.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    data: {
      tenant_id: record.tenantId,
      image_id: record.imageId,
      member_id: record.memberId,
      user_id: record.userId,
      acting_tenant_id: record.actingTenantId,
      request_id: record.requestId,
      before: record.before,
      after: record.after,
    },
  };
}
