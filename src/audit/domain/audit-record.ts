import type { Principal, TenantId } from '../../kernel/principal.js';

/** What differs, by its names in the API; under `properties` those of an image. */
export type AuditedState = Readonly<Record<string, unknown>>;

/** One change. Records are never changed; they are removed when their retention is over. */
export interface AuditRecord {
  /** Ascending; of one image in the order of its changes. */
  readonly id: bigint;
  readonly occurredAt: Date;
  /** Such as `image.update`; {@link AUDIT_ACTIONS} lists them. */
  readonly action: string;
  /** Whose thing was changed. */
  readonly tenantId: TenantId | null;
  readonly imageId: string | null;
  /** With whom an image is shared, for changes of members. */
  readonly memberId: TenantId | null;
  /** Null: the service itself, or a tool of the operator. */
  readonly userId: string | null;
  readonly actingTenantId: TenantId | null;
  readonly requestId: string | null;
  readonly before: AuditedState;
  readonly after: AuditedState;
}

/** Every action that is recorded, as the triggers name them. */
export const AUDIT_ACTIONS = [
  'image.create',
  'image.load',
  'image.update',
  'image.prepare',
  'image.upload',
  'image.reset',
  'image.deactivate',
  'image.reactivate',
  'image.delete',
  'image.restore',
  'image.purge',
  'image.member.create',
  'image.member.update',
  'image.member.delete',
  'image.location.create',
  'image.location.delete',
  'tenant.create',
  'tenant.quota.update',
  'tenant.suspend',
  'tenant.resume',
  'tenant.removal.begin',
  'tenant.delete',
  'project.create',
  'project.update',
  'project.delete',
  'domain.create',
  'domain.update',
  'domain.delete',
  'user.create',
  'user.update',
  'user.password.update',
  'user.api_key.update',
  'user.delete',
  'role.create',
  'role.update',
  'role.delete',
  'role_assignment.create',
  'role_assignment.delete',
  'application_credential.create',
  'application_credential.delete',
  'denied_token.create',
  'denied_token.delete',
  'signing_key.create',
  'signing_key.delete',
  'metadef.namespace.create',
  'metadef.namespace.update',
  'metadef.namespace.delete',
  'metadef.property.create',
  'metadef.property.update',
  'metadef.property.delete',
  'metadef.object.create',
  'metadef.object.update',
  'metadef.object.delete',
  'metadef.tag.create',
  'metadef.tag.update',
  'metadef.tag.delete',
  'metadef.association.create',
  'metadef.association.delete',
] as const;

/** Records of whose things a caller may read: of everybody's, of one tenant's, or none. */
export type AuditScope = 'everything' | { readonly ownedBy: TenantId };

/** Admins read all, others what happened to the things of their tenant. */
export function auditScopeOf(principal: Principal & { readonly tenantId: TenantId }): AuditScope {
  return principal.isAdmin ? 'everything' : { ownedBy: principal.tenantId };
}

/** The record without the image properties whose names are refused. */
export function withoutProperties(
  record: AuditRecord,
  mayRead: (property: string) => boolean,
): AuditRecord {
  const before = readableState(record.before, mayRead);
  return { ...record, before, after: readableState(record.after, mayRead) };
}

function readableState(state: AuditedState, mayRead: (property: string) => boolean): AuditedState {
  const { properties } = state;
  if (typeof properties !== 'object' || properties === null) return state;
  const readable = Object.entries(properties).filter(([name]) => mayRead(name));
  return { ...state, properties: Object.fromEntries(readable) };
}
