import { createHash } from 'node:crypto';

/** Where the APIs of this service are, as clients reach them. Without trailing slashes. */
export interface ServiceUrls {
  readonly identity: string;
  readonly image: string;
  /** Ends with `/v2.1`. */
  readonly compute: string;
}

/** Each endpoint has all three, since clients ask for different ones. */
export const INTERFACES = ['public', 'internal', 'admin'] as const;
export type EndpointInterface = (typeof INTERFACES)[number];

export const SERVICE_TYPES = ['identity', 'image', 'compute'] as const;

export interface Endpoint {
  readonly id: string;
  readonly serviceId: string;
  readonly interface: EndpointInterface;
  readonly region: string;
  readonly url: string;
}

export interface CatalogService {
  readonly id: string;
  readonly type: (typeof SERVICE_TYPES)[number];
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** Stands for the project's id in the URL of an endpoint, until a token supplies it. */
const PROJECT = '$(project_id)s';

/**
 * The services and their endpoints. Ids are derived, so every replica gives the same.
 */
export function serviceCatalog(urls: ServiceUrls, region: string): readonly CatalogService[] {
  return [
    // The image URL carries no version: clients append it (identity B1).
    service('identity', 'keystone', urls.identity, region),
    service('image', 'glance', urls.image, region),
    service('compute', 'nova', `${urls.compute}/${PROJECT}`, region),
  ];
}

/** The catalog of a token: what needs a project is filled in, or left out of tokens without one. */
export function catalogFor(
  services: readonly CatalogService[],
  projectId: string | null,
): readonly CatalogService[] {
  return services.flatMap((entry) => {
    const endpoints = entry.endpoints
      .filter(({ url }) => projectId !== null || !url.includes(PROJECT))
      .map((endpoint) => ({ ...endpoint, url: endpoint.url.replace(PROJECT, projectId ?? '') }));
    return endpoints.length === 0 ? [] : [{ ...entry, endpoints }];
  });
}

function service(
  type: CatalogService['type'],
  name: string,
  url: string,
  region: string,
): CatalogService {
  const serviceId = idOf('service', type);
  const endpoints = INTERFACES.map((kind) => ({
    id: idOf('endpoint', region, type, kind),
    serviceId,
    interface: kind,
    region,
    url,
  }));
  return { id: serviceId, type, name, endpoints };
}

const idOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
