import { noMembers, objectOf } from '../../api/http/openapi-schemas.js';
import type { ResourceDocs } from './directory.openapi.js';
import * as schemas from './directory.openapi-schemas.js';
import * as catalog from './service-catalog.openapi-schemas.js';

const V3 = 'http://127.0.0.1:9292/identity/v3';
const PROJECT_ID = '380f2f4b1c0d4a6f9a3a7d1d6a3e0c11';
const USER_ID = 'a884b3b0f1f94cf5a0e0a3e3d87ff3a2';
const ROLE_ID = 'b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34';
const CREDENTIAL_ID = '58d61ff8e6e34accb35874016d1dba8b';
const SERVICE_ID = '7a1b3c5d9e0f4a2b8c6d1e3f5a7b9c0d';
const ENDPOINT_ID = '0d9c8b7a6f5e4d3c2b1a0f9e8d7c6b5a';

export const projectDocs: ResourceDocs = {
  singular: 'project',
  plural: 'projects',
  schema: schemas.project,
  filters: ['name', 'domain_id', 'enabled'],
  example: {
    id: PROJECT_ID,
    name: 'demo',
    domain_id: 'default',
    description: 'A place to try things',
    enabled: true,
    parent_id: 'default',
    is_domain: false,
    tags: ['trial'],
    options: {},
    links: { self: `${V3}/projects/${PROJECT_ID}` },
  },
};

export const userDocs: ResourceDocs = {
  singular: 'user',
  plural: 'users',
  schema: schemas.user,
  filters: ['name', 'domain_id', 'enabled'],
  example: {
    id: USER_ID,
    name: 'ann',
    domain_id: 'default',
    enabled: true,
    password_expires_at: null,
    options: {},
    default_project_id: PROJECT_ID,
    email: 'ann@example.com',
    links: { self: `${V3}/users/${USER_ID}` },
  },
};

export const domainDocs: ResourceDocs = {
  singular: 'domain',
  plural: 'domains',
  schema: schemas.domain,
  filters: ['name', 'enabled'],
  example: {
    id: 'default',
    name: 'Default',
    description: 'The default domain',
    enabled: true,
    tags: [],
    options: {},
    links: { self: `${V3}/domains/default` },
  },
};

export const roleDocs: ResourceDocs = {
  singular: 'role',
  plural: 'roles',
  schema: schemas.role,
  filters: ['name'],
  example: {
    id: ROLE_ID,
    name: 'member',
    domain_id: null,
    description: null,
    options: { immutable: true },
    links: { self: `${V3}/roles/${ROLE_ID}` },
  },
};

export const applicationCredentialDocs: ResourceDocs = {
  singular: 'application credential',
  plural: 'application credentials',
  schema: schemas.applicationCredential,
  filters: ['name'],
  example: {
    id: CREDENTIAL_ID,
    name: 'terraform',
    description: null,
    user_id: USER_ID,
    project_id: PROJECT_ID,
    roles: [{ id: ROLE_ID, name: 'member', domain_id: null }],
    expires_at: null,
    unrestricted: false,
    links: { self: `${V3}/users/${USER_ID}/application_credentials/${CREDENTIAL_ID}` },
  },
};

export const assignmentDocs: ResourceDocs = {
  singular: 'role assignment',
  plural: 'role assignments',
  schema: schemas.roleAssignment,
  example: {
    role: { id: ROLE_ID, name: 'member' },
    user: { id: USER_ID, name: 'ann', domain: { id: 'default', name: 'Default' } },
    scope: {
      project: { id: PROJECT_ID, name: 'demo', domain: { id: 'default', name: 'Default' } },
    },
    links: { assignment: `${V3}/projects/${PROJECT_ID}/users/${USER_ID}/roles/${ROLE_ID}` },
  },
};

export const regionDocs: ResourceDocs = {
  singular: 'region',
  plural: 'regions',
  schema: catalog.region,
  example: {
    id: 'RegionOne',
    description: '',
    parent_region_id: null,
    links: { self: `${V3}/regions/RegionOne` },
  },
};

export const serviceDocs: ResourceDocs = {
  singular: 'service',
  plural: 'services',
  schema: catalog.service,
  example: {
    id: SERVICE_ID,
    type: 'image',
    name: 'glance',
    enabled: true,
    links: { self: `${V3}/services/${SERVICE_ID}` },
  },
};

export const endpointDocs: ResourceDocs = {
  singular: 'endpoint',
  plural: 'endpoints',
  schema: catalog.endpoint,
  example: {
    id: ENDPOINT_ID,
    interface: 'public',
    region: 'RegionOne',
    region_id: 'RegionOne',
    service_id: SERVICE_ID,
    url: 'http://127.0.0.1:9292/image',
    enabled: true,
    links: { self: `${V3}/endpoints/${ENDPOINT_ID}` },
  },
};

const roleLink = { id: ROLE_ID, name: 'member', links: { self: `${V3}/roles/${ROLE_ID}` } };

/** As roles are listed where they were given. */
export const roleLinkDocs: ResourceDocs = {
  singular: 'role',
  plural: 'roles',
  schema: schemas.roleLink,
  example: roleLink,
};

export const inferenceDocs: ResourceDocs = {
  singular: 'role inference',
  plural: 'role inferences',
  schema: schemas.roleInference,
  example: { prior_role: roleLink, implies: [roleLink] },
};

/** There are none. */
export const groupDocs: ResourceDocs = {
  singular: 'group',
  plural: 'groups',
  schema: noMembers,
  example: {},
};

export const systemDocs: ResourceDocs = {
  singular: 'system',
  plural: 'system',
  schema: objectOf({ all: { type: 'boolean', enum: [true] } }),
  example: { all: true },
};
