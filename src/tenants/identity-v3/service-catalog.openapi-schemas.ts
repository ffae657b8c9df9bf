import type { SchemaObject } from '@nestjs/swagger';
import { flag, listOf, nullableText, objectOf, text } from '../../api/http/openapi-schemas.js';
import { INTERFACES, SERVICE_TYPES } from '../domain/service-catalog.js';

/** Regions, services and endpoints, apart and as the catalog of a token (identity A5, B6). */

export const serviceType: SchemaObject = { type: 'string', enum: [...SERVICE_TYPES] };
const endpointInterface: SchemaObject = { type: 'string', enum: [...INTERFACES] };
const uri: SchemaObject = { type: 'string', format: 'uri' };
const links = objectOf({ self: uri });

export const region: SchemaObject = {
  title: 'Region',
  ...objectOf({ id: text, description: text, parent_region_id: nullableText, links }),
};

export const service: SchemaObject = {
  title: 'Service',
  ...objectOf({ id: text, type: serviceType, name: text, enabled: flag, links }),
};

export const endpoint: SchemaObject = {
  title: 'Endpoint',
  ...objectOf({
    id: text,
    interface: endpointInterface,
    region: text,
    region_id: text,
    service_id: text,
    url: { type: 'string', description: '`$(project_id)s` stands for the project of a token' },
    enabled: flag,
    links,
  }),
};

export const catalog = listOf({
  title: 'CatalogService',
  ...objectOf({
    id: text,
    type: serviceType,
    name: text,
    endpoints: listOf(
      objectOf({
        id: text,
        interface: endpointInterface,
        region: text,
        region_id: text,
        url: uri,
      }),
    ),
  }),
});
