import type { SchemaObject } from '@nestjs/swagger';
import {
  flag,
  instant,
  listOf,
  noMembers,
  objectOf,
  text,
} from '../../api/http/openapi-schemas.js';
import { named } from '../identity-v3/directory.openapi-schemas.js';
import { serviceType } from '../identity-v3/service-catalog.openapi-schemas.js';

/** The documents of version 2.0 (identity B8), and of Rackspace's form of it. */

const uri: SchemaObject = { type: 'string', format: 'uri' };
const noLinks: SchemaObject = { ...listOf(noMembers), maxItems: 0 };

const tenant: Record<string, SchemaObject> = { tenantId: text, tenantName: text };
const user: Record<string, SchemaObject> = { username: text, userId: text, ...tenant };

export const authRequest: SchemaObject = {
  title: 'AuthRequestOfVersion2',
  ...objectOf({
    auth: objectOf(
      {},
      {
        passwordCredentials: objectOf({ password: text }, user),
        'RAX-KSKEY:apiKeyCredentials': objectOf({ apiKey: text }, user),
        token: objectOf({ id: text }),
        ...tenant,
      },
    ),
  }),
};

const endpoint = {
  region: text,
  tenantId: text,
  publicURL: uri,
  internalURL: uri,
  adminURL: uri,
};

const accessService: SchemaObject = {
  title: 'AccessService',
  ...objectOf({
    type: serviceType,
    name: text,
    endpoints: { ...listOf(objectOf(endpoint)), minItems: 1, maxItems: 1 },
    endpoints_links: noLinks,
  }),
};

export const accessDocument: SchemaObject = {
  title: 'Access',
  ...objectOf({
    access: objectOf(
      {
        token: objectOf(
          { id: text, expires: instant },
          {
            tenant: named,
            issued_at: instant,
            audit_ids: listOf(text),
            'RAX-AUTH:authenticatedBy': listOf({ type: 'string', enum: ['APIKEY'] }),
          },
        ),
        serviceCatalog: { ...listOf(accessService), description: 'Empty without a tenant' },
        user: objectOf(
          {
            id: text,
            name: text,
            username: text,
            roles: listOf(objectOf({ id: text, name: text }, { tenantId: text })),
            roles_links: noLinks,
          },
          { 'RAX-AUTH:defaultRegion': text },
        ),
      },
      {
        metadata: objectOf({
          is_admin: { type: 'integer', enum: [0] },
          roles: { ...listOf(text), description: 'Ids' },
        }),
      },
    ),
  }),
};

export const tenantList: SchemaObject = objectOf({
  tenants: listOf({
    title: 'TenantOfVersion2',
    ...objectOf({ id: text, name: text, enabled: flag, description: text }),
  }),
  tenants_links: noLinks,
});

export const endpointList: SchemaObject = objectOf({
  endpoints: listOf({
    title: 'EndpointOfVersion2',
    ...objectOf({ id: text, name: text, type: serviceType, ...endpoint }),
  }),
  endpoints_links: noLinks,
});

export const TENANT = '380f2f4b1c0d4a6f9a3a7d1d6a3e0c11';

const addresses = {
  region: 'RegionOne',
  tenantId: TENANT,
  publicURL: 'http://127.0.0.1:9292/image',
  internalURL: 'http://127.0.0.1:9292/image',
  adminURL: 'http://127.0.0.1:9292/image',
};

export const accessExample = {
  access: {
    token: {
      id: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
      expires: '2026-11-21T23:35:55.000Z',
      issued_at: '2026-11-21T22:35:55.000Z',
      audit_ids: ['SWZnI0-sSAG6rjsEAvbRgA'],
      tenant: { id: TENANT, name: 'demo' },
    },
    serviceCatalog: [
      {
        type: 'image',
        name: 'glance',
        endpoints: [addresses],
        endpoints_links: [],
      },
    ],
    user: {
      id: 'a884b3b0f1f94cf5a0e0a3e3d87ff3a2',
      name: 'ann',
      username: 'ann',
      roles: [{ id: 'b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34', name: 'member', tenantId: TENANT }],
      roles_links: [],
    },
    metadata: { is_admin: 0, roles: ['b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34'] },
  },
};

export const tenantsExample = {
  tenants: [{ id: TENANT, name: 'demo', enabled: true, description: 'A place to try things' }],
  tenants_links: [],
};

export const endpointsExample = {
  endpoints: [
    {
      id: '9a63c1d2e3f4a5b6c7d8e9f0a1b2c3d4',
      name: 'glance',
      type: 'image',
      ...addresses,
    },
  ],
  endpoints_links: [],
};
