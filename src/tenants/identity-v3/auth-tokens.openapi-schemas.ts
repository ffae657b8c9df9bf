import type { SchemaObject } from '@nestjs/swagger';
import {
  flag,
  instant,
  listOf,
  noMembers,
  nullableText,
  objectOf,
  text,
} from '../../api/http/openapi-schemas.js';
import { named, namedInDomain } from './directory.openapi-schemas.js';
import { catalog } from './service-catalog.openapi-schemas.js';

/** In requests an entity is named by its id, or by its name and its domain. */
const reference = objectOf({}, { id: text, name: text });
const referenceInDomain = objectOf({}, { id: text, name: text, domain: reference });

export const authRequest: SchemaObject = {
  title: 'AuthRequest',
  ...objectOf({
    auth: objectOf(
      {
        identity: objectOf(
          {
            methods: listOf({
              type: 'string',
              enum: ['password', 'token', 'application_credential'],
            }),
          },
          {
            password: objectOf({
              user: objectOf({ password: text }, { id: text, name: text, domain: reference }),
            }),
            token: objectOf({ id: text }),
            application_credential: objectOf(
              { secret: text },
              { id: text, name: text, user: referenceInDomain },
            ),
          },
        ),
      },
      {
        scope: {
          oneOf: [
            objectOf({ project: referenceInDomain }),
            objectOf({ domain: reference }),
            objectOf({ system: objectOf({ all: { type: 'boolean', enum: [true] } }) }),
            objectOf({ unscoped: { type: 'object', additionalProperties: true } }),
            { type: 'string', enum: ['unscoped'] },
          ],
        },
      },
    ),
  }),
};

const federation = objectOf({
  identity_provider: objectOf({ id: text }),
  protocol: objectOf({ id: text }),
  groups: { ...listOf(noMembers), maxItems: 0 },
});

export const tokenDocument: SchemaObject = {
  title: 'TokenDocument',
  ...objectOf({
    token: {
      title: 'Token',
      ...objectOf(
        {
          methods: listOf(text),
          user: objectOf(
            { id: text, name: text, domain: named },
            {
              password_expires_at: { ...nullableText, description: 'Null: passwords do not end' },
              'OS-FEDERATION': { ...federation, description: 'Of users that log in at an issuer' },
            },
          ),
          audit_ids: {
            ...listOf(text),
            minItems: 1,
            maxItems: 2,
            description: 'Of this token, and of the one that it was got with',
          },
          issued_at: instant,
          expires_at: instant,
        },
        {
          project: namedInDomain,
          is_domain: { type: 'boolean', enum: [false], description: 'With `project`' },
          domain: named,
          system: objectOf({ all: { type: 'boolean', enum: [true] } }),
          roles: { ...listOf(named), description: 'Absent without a scope' },
          catalog: { ...catalog, description: 'Absent without a scope, or if not wanted' },
          application_credential: objectOf({ id: text, name: text, restricted: flag }),
        },
      ),
    },
  }),
};

export const catalogDocument = objectOf({ catalog, links: objectOf({ self: text }) });

const domain = { id: 'default', name: 'Default' };
const adminProject = { project: { name: 'admin', domain: { id: 'default' } } };

export const authExamples = {
  password: {
    summary: 'Password, on a project',
    value: {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'admin', domain: { id: 'default' }, password: 'secret' } },
        },
        scope: adminProject,
      },
    },
  },
  token: {
    summary: 'Another scope for a token',
    value: {
      auth: {
        identity: { methods: ['token'], token: { id: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln' } },
        scope: { system: { all: true } },
      },
    },
  },
  applicationCredential: {
    summary: 'Application credential',
    value: {
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: 'c4a1…', secret: 'secret' },
        },
      },
    },
  },
};

const project = { id: '380f2f4b1c0d4a6f9a3a7d1d6a3e0c11', name: 'admin', domain };

const catalogEntries = [
  {
    id: '9a63c1d2e3f4a5b6c7d8e9f0a1b2c3d4',
    type: 'image',
    name: 'glance',
    endpoints: [
      {
        id: 'bdac1f2e3d4c5b6a79880917a6b5c4d3',
        interface: 'public',
        region: 'RegionOne',
        region_id: 'RegionOne',
        url: 'http://127.0.0.1:9292/image',
      },
    ],
  },
];

export const catalogExample = {
  catalog: catalogEntries,
  links: { self: 'http://127.0.0.1:9292/identity/v3/auth/catalog' },
};

export const tokenExample = {
  token: {
    methods: ['password'],
    user: {
      id: 'a884b3b0f1f94cf5a0e0a3e3d87ff3a2',
      name: 'admin',
      domain,
      password_expires_at: null,
    },
    audit_ids: ['SWZnI0-sSAG6rjsEAvbRgA'],
    issued_at: '2026-11-21T22:35:55.000000Z',
    expires_at: '2026-11-21T23:35:55.000000Z',
    project,
    is_domain: false,
    roles: [
      { id: 'bbcc0f9d5b7c4b7b8d9f8c5e5c0f7a01', name: 'admin' },
      { id: 'b0ed6a1d2d5f4f0cbb0a4e3f9d1c2b34', name: 'member' },
      { id: 'ff80a1c3e5d74b2f9c8d7e6f5a4b3c2d', name: 'reader' },
    ],
    catalog: catalogEntries,
  },
};
