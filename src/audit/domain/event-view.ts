import type { Principal } from '../../kernel/principal.js';
import type { AuditRecord } from './audit-record.js';

/** What others than the owner may learn of an image that they see: that it changed, and how to call it. */
const PUBLIC_ACTIONS: ReadonlySet<string> = new Set([
  'image.create',
  'image.update',
  'image.upload',
  'image.deactivate',
  'image.reactivate',
  'image.delete',
  'image.restore',
]);

/** Does the caller read the record whole? */
export const isWhole = (record: AuditRecord, principal: Principal): boolean =>
  principal.isAdmin || (principal.tenantId !== null && record.tenantId === principal.tenantId);

/** The image that must be visible to the caller for a part of the record to be shown; null: nothing is. */
export function imageToSee(record: AuditRecord, principal: Principal): string | null {
  const isAboutCaller = record.memberId !== null && record.memberId === principal.tenantId;
  return isAboutCaller || PUBLIC_ACTIONS.has(record.action) ? record.imageId : null;
}

/**
 * The record as it is shown to those who see the image but do not own it: never who did it nor what else it was.
 * A tenant with whom an image is shared reads its own status.
 */
export function thinned(record: AuditRecord, principal: Principal): AuditRecord {
  const isAboutCaller = record.memberId === principal.tenantId && principal.tenantId !== null;
  const anonymous = { ...record, userId: null, actingTenantId: null, requestId: null };
  return isAboutCaller ? anonymous : { ...anonymous, memberId: null, before: {}, after: {} };
}
