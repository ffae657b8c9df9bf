import type { ResolvedToken } from '../application/resolve-token.js';
import type { Project } from '../domain/directory.js';
import type { CatalogService, EndpointInterface } from '../domain/service-catalog.js';
import type { Flavour } from './auth-v2.request.js';

export interface Access extends ResolvedToken {
  readonly token: string;
  readonly catalog: readonly CatalogService[];
  readonly flavour: Flavour;
}

/** Rackspace's names for the services. */
const RACKSPACE_NAMES: Readonly<Record<CatalogService['type'], string>> = {
  identity: 'cloudIdentity',
  image: 'cloudImages',
  compute: 'cloudServersOpenStack',
};

/** A token with what it is for, as version 2.0 shows it (identity B8). */
export function toAccessJson(access: Access): object {
  const { grant, flavour, catalog } = access;
  const tenantId = grant.project?.id ?? null;
  return {
    access: {
      token: tokenJson(access),
      serviceCatalog:
        tenantId === null ? [] : catalog.map((service) => serviceJson(service, tenantId, flavour)),
      user: {
        id: grant.user.id,
        name: grant.user.name,
        username: grant.user.name,
        roles: grant.roles.map(({ id, name }) => ({ id, name, ...(tenantId && { tenantId }) })),
        roles_links: [],
        ...(flavour === 'rackspace' && { 'RAX-AUTH:defaultRegion': regionOf(catalog) }),
      },
      ...(flavour === 'openstack' && {
        metadata: { is_admin: 0, roles: grant.roles.map(({ id }) => id) },
      }),
    },
  };
}

function tokenJson({ token, claims, grant, flavour }: Access): object {
  const { project } = grant;
  return {
    id: token,
    // gophercloud wants the letter Z; milliseconds.
    expires: claims.expiresAt.toISOString(),
    ...(project && { tenant: { id: project.id, name: project.name } }),
    ...(flavour === 'rackspace'
      ? { 'RAX-AUTH:authenticatedBy': ['APIKEY'] }
      : { issued_at: claims.issuedAt.toISOString(), audit_ids: [claims.auditId] }),
  };
}

function serviceJson(service: CatalogService, tenantId: string, flavour: Flavour): object {
  const { type, name, endpoints } = service;
  const url = (kind: EndpointInterface): string => {
    const plain = endpoints.find((endpoint) => endpoint.interface === kind)?.url ?? '';
    // Rackspace publishes the image URL with its version; `/v2/v2` is an alias for those who append it.
    return flavour === 'rackspace' && type === 'image' ? `${plain}/v2` : plain;
  };
  return {
    type,
    name: flavour === 'rackspace' ? RACKSPACE_NAMES[type] : name,
    endpoints: [
      {
        region: endpoints[0]?.region,
        tenantId,
        publicURL: url('public'),
        internalURL: url('internal'),
        adminURL: url('admin'),
      },
    ],
    endpoints_links: [],
  };
}

const regionOf = (catalog: readonly CatalogService[]): string =>
  catalog[0]?.endpoints[0]?.region ?? '';

/** `GET /v2.0/tokens/{id}/endpoints`. */
export function toEndpointsJson(catalog: readonly CatalogService[], tenantId: string): object {
  return {
    endpoints: catalog.map((service) => {
      const of = (kind: EndpointInterface) =>
        service.endpoints.find((endpoint) => endpoint.interface === kind)?.url;
      return {
        id: service.id,
        name: service.name,
        type: service.type,
        region: service.endpoints[0]?.region,
        tenantId,
        publicURL: of('public'),
        internalURL: of('internal'),
        adminURL: of('admin'),
      };
    }),
    endpoints_links: [],
  };
}

export const toTenantJson = ({ id, name, isEnabled, description }: Project): object => ({
  id,
  name,
  enabled: isEnabled,
  description,
});
