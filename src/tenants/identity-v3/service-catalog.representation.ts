import type { CatalogService, Endpoint } from '../domain/service-catalog.js';

export const toRegionJson = ({ id }: { readonly id: string }, base: string): object => ({
  id,
  description: '',
  parent_region_id: null,
  links: { self: `${base}/regions/${id}` },
});

export const toServiceJson = ({ id, type, name }: CatalogService, base: string): object => ({
  id,
  type,
  name,
  enabled: true,
  links: { self: `${base}/services/${id}` },
});

export const toEndpointJson = (endpoint: Endpoint, base: string): object => ({
  id: endpoint.id,
  interface: endpoint.interface,
  region: endpoint.region,
  region_id: endpoint.region,
  service_id: endpoint.serviceId,
  url: endpoint.url,
  enabled: true,
  links: { self: `${base}/endpoints/${endpoint.id}` },
});
