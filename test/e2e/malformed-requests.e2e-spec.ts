import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RouteTable } from '../../src/api/http/route-table.js';
import type { Method, TestResponse } from '../support/app.js';
import { expectStatus, ImageApi } from '../support/image-api.js';
import {
  malformedRequests,
  type MalformedRequest,
  type Target,
} from '../support/malformed-requests.js';

/** Fixed, so that every run sends the same requests. */
const SEED = 20_261_122;
const ROUNDS = 10;
const REQUESTS_PER_ROUND = 400;
const AT_ONCE = 8;

/** Not sent to: what would make the other requests pointless, and the stream of events, which does not end. */
const LEFT_OUT = /signing-keys|v1\/events|auth\/tokens|^DELETE .*\/tokens/;

const api = new ImageApi();
const admin = { token: '' };

beforeAll(async () => {
  await api.start({ CATALOG_STORES: '[{"id":"memory","driver":"memory"}]' });
  admin.token = await api.app.adminToken();
});
afterAll(() => api.app.close());

const create = async (path: string, body: object): Promise<Record<string, { id: string }>> =>
  expectStatus(await api.app.request('POST', path, { token: admin.token, body }), 201).body;

/** Bodies that are right, by route; each request spoils one. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /v2/images': {
    name: 'a',
    tags: ['x'],
    visibility: 'private',
    disk_format: 'raw',
    container_format: 'bare',
    min_disk: 1,
    protected: false,
    os_type: 'linux',
  },
  'PATCH /v2/images/:image_id': [
    { op: 'replace', path: '/name', value: 'b' },
    { op: 'add', path: '/os_distro', value: 'debian' },
    { op: 'replace', path: '/tags', value: ['x', 'y'] },
    { op: 'remove', path: '/os_distro' },
  ],
  'POST /v2/images/:image_id/import': {
    method: { name: 'web-download', uri: 'http://10.0.0.1/' },
    stores: ['memory'],
    all_stores: false,
    all_stores_must_succeed: true,
  },
  'POST /v2/tasks': {
    type: 'import',
    input: {
      import_from: 'http://10.0.0.1/',
      import_from_format: 'raw',
      image_properties: { name: 'a' },
    },
  },
  'POST /v2/images/:image_id/members': { member: 'somebody' },
  'PUT /v2/images/:image_id/members/:member_id': { status: 'accepted' },
  'POST /v2.1/images/:image_id/metadata': { metadata: { a: 'b' } },
  'PUT /v2.1/images/:image_id/metadata': { metadata: { a: 'b' } },
  'PUT /v2.1/images/:image_id/metadata/:key': { meta: { a: 'b' } },
  'POST /v2/metadefs/namespaces': {
    namespace: 'OS::Fuzz',
    display_name: 'x',
    visibility: 'public',
    protected: false,
    resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }],
    properties: { a: { title: 'A', type: 'string', enum: ['x'] } },
    objects: [{ name: 'o', properties: { b: { title: 'B', type: 'integer', minimum: 1 } } }],
    tags: [{ name: 't' }],
  },
  'PUT /v2/metadefs/namespaces/:namespace': { namespace: 'OS::Known', visibility: 'public' },
  'POST /v2/metadefs/namespaces/:namespace/properties': { name: 'p', title: 'P', type: 'string' },
  'POST /v2/metadefs/namespaces/:namespace/objects': { name: 'o', properties: {} },
  'POST /v2/metadefs/namespaces/:namespace/tags': { tags: [{ name: 't' }] },
  'POST /v2/metadefs/namespaces/:namespace/resource_types': { name: 'OS::Nova::Server' },
  'PUT /catalog/v1/tenants/:tenant_id/quota': { images: 10, bytes: 1000 },
  'POST /identity/v3/projects': { project: { name: 'p', domain_id: 'default', enabled: true } },
  'PATCH /identity/v3/projects/:project_id': { project: { description: 'x' } },
  'POST /identity/v3/users': { user: { name: 'u', password: 'secret words', enabled: true } },
  'PATCH /identity/v3/users/:user_id': { user: { description: 'x' } },
  'POST /identity/v3/users/:user_id/password': {
    user: { password: 'a', original_password: 'b' },
  },
  'POST /identity/v3/users/:user_id/application_credentials': {
    application_credential: {
      name: 'a',
      roles: [{ name: 'member' }],
      expires_at: '2030-01-01T00:00:00.000000',
    },
  },
  'POST /identity/v3/domains': { domain: { name: 'd' } },
  'PATCH /identity/v3/domains/:domain_id': { domain: { description: 'x' } },
  'POST /identity/v3/roles': { role: { name: 'r' } },
  'PATCH /identity/v3/roles/:role_id': { role: { description: 'x' } },
  'POST /identity/v2.0/tokens': {
    auth: { tenantName: 'admin', passwordCredentials: { username: 'x', password: 'y' } },
  },
};

/** Logging in, with a wrong password: the right one would be guessed at. */
const LOG_IN: Target = {
  method: 'POST',
  url: '/identity/v3/auth/tokens',
  parameters: {},
  body: {
    auth: {
      identity: {
        methods: ['password', 'token', 'application_credential'],
        password: { user: { name: 'x', domain: { id: 'default' }, password: 'y' } },
        token: { id: 'x' },
        application_credential: { id: 'x', secret: 'y' },
      },
      scope: { project: { name: 'admin', domain: { name: 'Default' } } },
    },
  },
};

/** Every route, and things for them to work on that no earlier round has spoiled. */
async function targets(round: number): Promise<Target[]> {
  const name = `round-${round}`;
  const image = await api.image({ visibility: 'shared' });
  const { user } = await create('/identity/v3/users', { user: { name, password: 'some words' } });
  const { project } = await create('/identity/v3/projects', { project: { name } });
  const { role } = await create('/identity/v3/roles', { role: { name } });
  const { domain } = await create('/identity/v3/domains', { domain: { name } });
  await create('/image/v2/metadefs/namespaces', { namespace: name });
  const parameters = {
    image_id: image.id,
    member_id: api.partner.tenantId,
    tag: 'x',
    store_id: 'memory',
    namespace: name,
    tenant_id: api.owner.tenantId,
    user_id: user?.id ?? '',
    project_id: project?.id ?? '',
    role_id: role?.id ?? '',
    domain_id: domain?.id ?? '',
  };
  const routes = api.app.app
    .get(RouteTable)
    .list()
    .filter(({ url }) => /^\/(v2|v2\.1|catalog|identity)\//.test(url));
  const all = routes.flatMap(({ url, methods }) =>
    methods.map((method) => ({
      method: method as Method,
      url,
      // Nobody may suspend or remove the tenant that the requests come from.
      parameters: url.startsWith('/catalog') ? { ...parameters, tenant_id: name } : parameters,
      body: BODIES[`${method} ${url.replace('/:tenant_id/images', '/images')}`],
    })),
  );
  return [...all.filter(({ method, url }) => !LEFT_OUT.test(`${method} ${url}`)), LOG_IN];
}

function send({ method, url, caller, headers, body }: MalformedRequest): Promise<TestResponse> {
  const tokens = {
    admin: admin.token,
    member: api.owner.member,
    reader: api.owner.reader,
    forged: `${api.owner.member}x`,
  };
  return api.app.request(method, url, {
    headers: { 'content-type': 'application/json', ...headers },
    ...(caller !== 'nobody' && !('x-auth-token' in headers) && { token: tokens[caller] }),
    ...(body !== undefined && { body }),
  });
}

/** What no answer may ever be or contain. */
function fault(request: MalformedRequest, { status, text }: TestResponse): object | undefined {
  const leaks = /\n\s+at |node_modules|PrismaClient|postgres|SELECT |syntax error at/.test(text);
  return status < 500 && !leaks ? undefined : { request, status, text: text.slice(0, 500) };
}

async function round(requests: readonly MalformedRequest[]): Promise<object[]> {
  const waiting = [...requests];
  const faults: object[] = [];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const found = fault(next, await send(next));
      if (found !== undefined) faults.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return faults;
}

describe('malformed requests to every route', () => {
  it.each(Array.from({ length: ROUNDS }, (_, index) => index))(
    'are answered in plain words, never with a fault (round %d)',
    async (index) => {
      const arbitrary = malformedRequests(await targets(index));
      const requests = fc.sample(arbitrary, { seed: SEED + index, numRuns: REQUESTS_PER_ROUND });

      expect(await round(requests)).toEqual([]);
    },
  );

  it('leave the service as it was: the same image can still be read', async () => {
    const { id } = await api.image({ name: 'afterwards' });

    expect((await api.shown(id)).name).toBe('afterwards');
  });
});
