import { expectStatus, type ImageApi } from './image-api.js';

export interface AuditDocument {
  readonly id: string;
  readonly time: string;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly image_id: string | null;
  readonly member_id: string | null;
  readonly user_id: string | null;
  readonly acting_tenant_id: string | null;
  readonly request_id: string | null;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Records in the order of the changes. @param query without its question mark */
export async function auditOf(
  api: ImageApi,
  query: string,
  token = api.owner.admin,
): Promise<AuditDocument[]> {
  const path = `/catalog/v1/audit?limit=1000&${query}`;
  const { body } = expectStatus(await api.app.request('GET', path, { token }), 200);
  return (body.records as AuditDocument[]).toReversed();
}
