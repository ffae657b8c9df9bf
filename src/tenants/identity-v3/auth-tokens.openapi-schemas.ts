import type { ApiBodyOptions } from '@nestjs/swagger';

type Schema = NonNullable<Extract<ApiBodyOptions, { schema: unknown }>['schema']>;

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: Schema): Schema => ({ type: 'array', items });

const named = object({ id: text, name: text });
const namedInDomain = object({ id: text, name: text, domain: named });

export const catalogSchema: Schema = list(
  object({
    id: text,
    type: { type: 'string', enum: ['identity', 'image', 'compute'] },
    name: text,
    endpoints: list(
      object({
        id: text,
        interface: { type: 'string', enum: ['public', 'internal', 'admin'] },
        region: text,
        region_id: text,
        url: { type: 'string', format: 'uri' },
      }),
    ),
  }),
);

export const authRequest: Schema = object(
  {
    auth: object(
      {
        identity: object(
          {
            methods: list({
              type: 'string',
              enum: ['password', 'token', 'application_credential'],
            }),
            password: object({
              user: object({ id: text, name: text, domain: named, password: text }, ['password']),
            }),
            token: object({ id: text }, ['id']),
            application_credential: object(
              { id: text, name: text, secret: text, user: namedInDomain },
              ['secret'],
            ),
          },
          ['methods'],
        ),
        scope: {
          oneOf: [
            object({ project: namedInDomain }, ['project']),
            object({ domain: named }, ['domain']),
            object({ system: object({ all: { type: 'boolean', enum: [true] } }) }, ['system']),
            object({ unscoped: { type: 'object' } }, ['unscoped']),
            { type: 'string', enum: ['unscoped'] },
          ],
        },
      },
      ['identity'],
    ),
  },
  ['auth'],
);

export const tokenDocument: Schema = object({
  token: object({
    methods: list(text),
    user: object({
      id: text,
      name: text,
      domain: named,
      password_expires_at: { type: 'string', nullable: true },
    }),
    audit_ids: list(text),
    issued_at: { type: 'string', format: 'date-time' },
    expires_at: { type: 'string', format: 'date-time' },
    project: namedInDomain,
    is_domain: { type: 'boolean' },
    domain: named,
    system: object({ all: { type: 'boolean' } }),
    roles: list(named),
    catalog: catalogSchema,
    application_credential: object({ id: text, name: text, restricted: { type: 'boolean' } }),
  }),
});

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
    catalog: [
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
    ],
  },
};
