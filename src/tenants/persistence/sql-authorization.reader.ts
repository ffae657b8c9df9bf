import { Inject, Injectable } from '@nestjs/common';
import {
  AuthorizationReader,
  type AuthorizationQuery,
} from '../application/ports/authorization.reader.js';
import type { AuthorizationSnapshot } from '../domain/authorization.js';
import type { Named } from '../domain/directory.js';
import { readFederated } from './federated-authorization.js';
import { IdentityStore } from './identity-store.js';

interface Row {
  readonly user_id: string;
  readonly user_name: string;
  readonly user_domain: Named;
  readonly user_enabled: boolean;
  readonly generation: number;
  readonly project: AuthorizationSnapshot['project'];
  readonly domain: AuthorizationSnapshot['domain'];
  readonly credential: AuthorizationSnapshot['applicationCredential'];
  readonly assigned_roles: Named[] | null;
  readonly standard_roles: Named[] | null;
  readonly is_revoked: boolean;
  readonly is_key_known: boolean;
}

const SNAPSHOT = `
SELECT u.id AS user_id, u.name AS user_name, u.enabled AND ud.enabled AS user_enabled,
  json_build_object('id', ud.id, 'name', ud.name) AS user_domain,
  u.token_generation AS generation,
  (SELECT json_build_object('id', p.id, 'name', p.name, 'isEnabled', p.enabled AND pd.enabled,
      'domain', json_build_object('id', pd.id, 'name', pd.name))
    FROM identity_projects p JOIN identity_domains pd ON pd.id = p.domain_id
    WHERE p.id = $2) AS project,
  (SELECT json_build_object('id', d.id, 'name', d.name, 'isEnabled', d.enabled)
    FROM identity_domains d WHERE d.id = $3) AS domain,
  (SELECT json_build_object('id', c.id, 'name', c.name, 'projectId', c.project_id,
      'roleIds', c.role_ids, 'isUnrestricted', c.unrestricted)
    FROM identity_application_credentials c
    WHERE c.id = $5 AND c.user_id = u.id) AS credential,
  (SELECT json_agg(json_build_object('id', r.id, 'name', r.name))
    FROM identity_role_assignments a JOIN identity_roles r ON r.id = a.role_id
    WHERE a.user_id = u.id AND (a.project_id = $2 OR a.domain_id = $3
      OR ($4 AND a.project_id IS NULL AND a.domain_id IS NULL))) AS assigned_roles,
  (SELECT json_agg(json_build_object('id', r.id, 'name', r.name))
    FROM identity_roles r WHERE r.name IN ('manager', 'member', 'reader')) AS standard_roles,
  EXISTS (SELECT FROM identity_revoked_tokens t WHERE t.audit_id = $6) AS is_revoked,
  $7::varchar IS NULL OR EXISTS (SELECT FROM identity_signing_keys k WHERE k.id = $7)
    AS is_key_known
FROM identity_users u JOIN identity_domains ud ON ud.id = u.domain_id
WHERE u.id = $1`;

/** One prepared statement, a handful of index look-ups. */
@Injectable()
export class SqlAuthorizationReader extends AuthorizationReader {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async read(query: AuthorizationQuery): Promise<AuthorizationSnapshot | null> {
    const { federatedLoginId, userId, scope, applicationCredentialId, token } = query;
    if (federatedLoginId !== null) return readFederated(this.store, { ...query, federatedLoginId });
    const [row] = await this.store.read<Row>({
      name: 'identity-authorization',
      text: SNAPSHOT,
      values: [
        userId,
        scope.kind === 'project' ? scope.projectId : null,
        scope.kind === 'domain' ? scope.domainId : null,
        scope.kind === 'system',
        applicationCredentialId,
        token?.auditId ?? null,
        token?.keyId ?? null,
      ],
    });
    return row === undefined ? null : toSnapshot(row);
  }
}

function toSnapshot(row: Row): AuthorizationSnapshot {
  return {
    user: {
      id: row.user_id,
      name: row.user_name,
      domain: row.user_domain,
      isEnabled: row.user_enabled,
      generation: row.generation,
    },
    project: row.project,
    domain: row.domain,
    assignedRoles: row.assigned_roles ?? [],
    standardRoles: row.standard_roles ?? [],
    applicationCredential: row.credential,
    identityProvider: null,
    isRevoked: row.is_revoked,
    isKeyKnown: row.is_key_known,
  };
}
