import type { NamedInDomain } from '../domain/authorization.js';
import type { Named } from '../domain/directory.js';
import type { CatalogService } from '../domain/service-catalog.js';
import type { ResolvedToken } from '../application/resolve-token.js';
import { FEDERATION_PROTOCOL } from '../domain/token.js';
import { toTimestamp } from './timestamp.js';

const named = ({ id, name }: Named) => ({ id, name });
const namedInDomain = ({ id, name, domain }: NamedInDomain) => ({
  id,
  name,
  domain: named(domain),
});

/**
 * A token as the Identity API shows it (identity A5, B4). An unscoped one has neither roles nor catalog.
 * @param catalog null leaves it out
 */
export function toTokenJson(
  { claims, grant }: ResolvedToken,
  catalog: readonly CatalogService[] | null,
): object {
  const { auditId, parentAuditId } = claims;
  const isScoped = grant.scope !== 'unscoped';
  return {
    token: {
      methods: claims.methods,
      user: { ...namedInDomain(grant.user), ...howVouchedFor(grant) },
      audit_ids: parentAuditId === null ? [auditId] : [auditId, parentAuditId],
      expires_at: toTimestamp(claims.expiresAt),
      issued_at: toTimestamp(claims.issuedAt),
      ...scopeJson(grant),
      ...(isScoped && { roles: grant.roles.map(named) }),
      ...(isScoped && catalog !== null && { catalog: toCatalogJson(catalog) }),
      ...(grant.applicationCredential !== null && {
        application_credential: {
          ...named(grant.applicationCredential),
          restricted: grant.applicationCredential.isRestricted,
        },
      }),
    },
  };
}

/** Users that an issuer vouches for have no password here (identity C5). */
function howVouchedFor({ identityProvider }: ResolvedToken['grant']): object {
  if (identityProvider === null) return { password_expires_at: null };
  return {
    'OS-FEDERATION': {
      identity_provider: { id: identityProvider },
      protocol: { id: FEDERATION_PROTOCOL },
      groups: [],
    },
  };
}

function scopeJson({ scope, project, domain }: ResolvedToken['grant']): object {
  if (project !== null) return { project: namedInDomain(project), is_domain: false };
  if (domain !== null) return { domain: named(domain) };
  return scope === 'system' ? { system: { all: true } } : {};
}

export function toCatalogJson(catalog: readonly CatalogService[]): object[] {
  return catalog.map(({ id, type, name, endpoints }) => ({
    id,
    type,
    name,
    endpoints: endpoints.map((endpoint) => ({
      id: endpoint.id,
      interface: endpoint.interface,
      region: endpoint.region,
      region_id: endpoint.region,
      url: endpoint.url,
    })),
  }));
}
