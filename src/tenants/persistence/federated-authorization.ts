import type { AuthorizationQuery } from '../application/ports/authorization.reader.js';
import type { AuthorizationSnapshot } from '../domain/authorization.js';
import type { Named } from '../domain/directory.js';
import type { FederatedTenant } from '../domain/federated-login.js';
import type { IdentityStore } from './identity-store.js';

interface Row {
  readonly user_id: string;
  readonly user_name: string;
  readonly provider: string;
  readonly tenant: FederatedTenant | null;
  readonly known_roles: Named[] | null;
  readonly is_revoked: boolean;
  readonly is_key_known: boolean;
}

const SNAPSHOT = `
SELECT l.user_id, l.user_name, l.provider, t.tenant,
  (SELECT json_agg(json_build_object('id', r.id, 'name', r.name))
    FROM jsonb_array_elements_text(t.tenant->'roles') AS own(name)
      JOIN identity_roles r ON lower(r.name) = own.name) AS known_roles,
  EXISTS (SELECT FROM identity_revoked_tokens r WHERE r.audit_id = $3)
    OR EXISTS (SELECT FROM identity_denied_tokens d WHERE d.issuer = l.issuer AND (d.token_id = l.token_id
      OR (d.subject = l.subject AND (l.issued_at IS NULL OR l.issued_at <= d.issued_until))))
    AS is_revoked,
  $4::varchar IS NULL OR EXISTS (SELECT FROM identity_signing_keys k WHERE k.id = $4)
    AS is_key_known
FROM identity_federated_logins l
  LEFT JOIN jsonb_array_elements(l.tenants) AS t(tenant) ON t.tenant->>'id' = $2
WHERE l.id = $1`;

/**
 * What a token depends on whose user an issuer has vouched for: nothing of the directory, so that a role that the
 * issuer takes away is gone with the bearer token.
 */
export async function readFederated(
  store: IdentityStore,
  { federatedLoginId, scope, token }: AuthorizationQuery & { readonly federatedLoginId: string },
): Promise<AuthorizationSnapshot | null> {
  const [row] = await store.read<Row>({
    name: 'identity-federated-authorization',
    text: SNAPSHOT,
    values: [
      federatedLoginId,
      scope.kind === 'project' ? scope.projectId : null,
      token?.auditId ?? null,
      token?.keyId ?? null,
    ],
  });
  return row === undefined ? null : toSnapshot(row);
}

function toSnapshot(row: Row): AuthorizationSnapshot {
  const domain = { id: row.provider, name: row.provider };
  const { tenant } = row;
  const known = new Map((row.known_roles ?? []).map((role) => [role.name.toLowerCase(), role]));
  return {
    user: { id: row.user_id, name: row.user_name, domain, isEnabled: true, generation: 0 },
    project: tenant && { id: tenant.id, name: tenant.name, domain, isEnabled: true },
    domain: null,
    // Roles of mappings, such as `image-creator`, need not be in the directory.
    assignedRoles: (tenant?.roles ?? []).map((name) => known.get(name) ?? { id: name, name }),
    standardRoles: [],
    applicationCredential: null,
    identityProvider: row.provider,
    isRevoked: row.is_revoked,
    isKeyKnown: row.is_key_known,
  };
}
