import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp, type TestRequest } from '../../../support/app.js';
import { unique } from '../../../support/identity.js';
import { KeystoneServer, type TokenFacts } from '../../../support/keystone-server.js';
import { until } from '../../../support/processes.js';

let keystone: KeystoneServer;
let app: TestApp;

beforeAll(async () => {
  keystone = await KeystoneServer.start();
  app = await startTestApp(keystone.settings());
});

afterAll(async () => {
  await app.close();
  await keystone.close();
});

const hex = (): string => randomBytes(16).toString('hex');
const list = (token: string, request: TestRequest = {}) =>
  app.request('GET', '/v2/images', { token, ...request });
const statusOf = async (token: string, request: TestRequest = {}): Promise<number> =>
  (await list(token, request)).status;
const create = (token: string, image: object = {}) =>
  app.request('POST', '/v2/images', { token, body: { name: unique('image'), ...image } });

describe('a token of Keystone', () => {
  it('serves both dialects, for the project that Keystone names', async () => {
    const projectId = hex();
    const token = keystone.issue({ projectId });
    const { body: image, status } = await create(token);

    expect([status, image.owner]).toEqual([201, projectId]);
    const compute = await app.request('GET', `/v2.1/${projectId}/images`, { token });
    expect(compute.body.images).toEqual([expect.objectContaining({ id: image.id })]);
    const other = await app.request('GET', `/v2.1/${hex()}/images`, { token });
    expect(other.status).toBe(400);
  });

  it('makes its tenant appear on first use', async () => {
    const id = hex();
    const token = keystone.issue({ projectId: id });
    const find = () => app.database.prisma.tenant.findUnique({ where: { id } });

    expect(await find()).toBeNull();
    expect(await statusOf(token)).toBe(200);
    expect(await find()).toMatchObject({ id, imageCount: 0, suspended: false });
  });

  it('is asked about once, also when many requests come at once', async () => {
    const token = keystone.issue();
    const before = keystone.validations;
    let open = (): void => undefined;
    keystone.gate = new Promise((resolve) => {
      open = resolve;
    });

    const running = Array.from({ length: 20 }, () => statusOf(token));
    await until(() => keystone.validations > before);
    open();
    expect(new Set(await Promise.all(running))).toEqual(new Set([200]));
    expect(await statusOf(token)).toBe(200);
    expect(keystone.validations).toBe(before + 1);
    expect(keystone.requests.at(-1)).toBe('GET /v3/auth/tokens?nocatalog');
  });

  it('has no roles but those that Keystone lists, whatever the headers say (D3 1)', async () => {
    const token = keystone.issue({ roles: ['reader'] });
    const headers = { 'x-roles': 'admin', 'x-is-admin-project': 'True', 'x-project-id': hex() };

    expect((await app.request('POST', '/v2/images', { token, headers, body: {} })).status).toBe(
      403,
    );
    expect((await list(token, { headers })).status).toBe(200);
  });

  it.each<[string, TokenFacts, number, number]>([
    ['without a role', { roles: [] }, 403, 403],
    ['with a role of other services', { roles: ['creator', 'load-balancer_member'] }, 403, 403],
    ['of a reader', { roles: ['reader'] }, 200, 403],
    ['of a member', { roles: ['member', 'reader'] }, 200, 201],
    ['of a member, in capitals', { roles: ['Member', 'Reader'] }, 200, 201],
    ['without a scope (D3 5)', { projectId: null }, 403, 403],
    ['for a domain', { projectId: null, members: { domain: { id: 'd', name: 'd' } } }, 403, 403],
    [
      'for the system',
      { projectId: null, members: { system: { all: true }, roles: [{ id: 'r', name: 'admin' }] } },
      403,
      403,
    ],
  ])('%s may do what the role table says', async (_kind, facts, listed, created) => {
    const token = keystone.issue(facts);

    expect([await statusOf(token), (await create(token)).status]).toEqual([listed, created]);
  });

  it('of an administrator reaches every tenant; one for the system, what belongs to none', async () => {
    const { body: image } = await create(keystone.issue({ projectId: hex() }), {
      visibility: 'private',
    });
    const token = keystone.issue({ projectId: hex(), roles: ['admin', 'member', 'reader'] });
    const found = await app.request('GET', `/v2/images/${image.id}`, { token });
    expect(found.status).toBe(200);

    const roles = [{ id: 'r', name: 'admin' }];
    const members = { system: { all: true }, roles };
    const system = keystone.issue({ projectId: null, members });
    const schema = await app.request('GET', '/v2/schemas/image', { token: system });
    expect(schema.status).toBe(200);
  });

  it('of a mere creator makes and changes images, but does not delete them (A10)', async () => {
    const projectId = hex();
    const token = keystone.issue({ projectId, roles: ['image-creator', 'reader'] });
    const { body: image, status } = await create(token);
    const path = `/v2/images/${image.id}`;

    expect(status).toBe(201);
    const tag = await app.request('PUT', `${path}/tags/blue`, { token });
    expect(tag.status).toBe(204);
    expect((await app.request('DELETE', path, { token })).status).toBe(403);
    const member = keystone.issue({ projectId });
    expect((await app.request('DELETE', path, { token: member })).status).toBe(204);
  });

  it('is listed to administrators with its tenant, and refused when that is suspended', async () => {
    const projectId = hex();
    const token = keystone.issue({ projectId });
    const admin = keystone.issue({ projectId: hex(), roles: ['admin', 'member', 'reader'] });
    expect(await statusOf(token)).toBe(200);

    const path = `/catalog/v1/tenants/${projectId}`;
    expect((await app.request('GET', path, { token: admin })).status).toBe(200);
    const suspended = await app.request('POST', `${path}/suspend`, { token: admin });
    expect(suspended.status).toBeLessThan(300);
    expect(await statusOf(token)).toBe(403);
  });

  it('may come as X-Storage-Token, and with blanks around it', async () => {
    const token = keystone.issue();
    const headers = { 'x-storage-token': token };

    expect((await app.request('GET', '/v2/images', { headers })).status).toBe(200);
    expect(await statusOf(`  ${token} `)).toBe(200);
  });
});

describe('401 Unauthorized', () => {
  it('answers an unknown, a revoked and an expired token, and points to Keystone', async () => {
    const revoked = keystone.issue();
    keystone.revoke(revoked);

    for (const token of ['unknown', revoked, keystone.issue({ lifeMs: -1000 })]) {
      const reply = await list(token);
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${keystone.origin}/v3"`);
    }
  });

  it('answers no token without asking anybody', async () => {
    const before = keystone.requests.length;
    const reply = await app.request('GET', '/v2/images');

    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${keystone.origin}/v3"`);
    expect(keystone.requests).toHaveLength(before);
  });

  it('remembers a refused token for a while', async () => {
    const before = keystone.validations;

    for (let time = 0; time < 3; time += 1) expect(await statusOf('unknown-too')).toBe(401);
    expect(keystone.validations).toBe(before + 1);
  });

  it('is the fate of a token that Keystone shows and whose time is over', async () => {
    const over = { expires_at: new Date(Date.now() - 1).toISOString() };
    expect(await statusOf(keystone.issue({ members: over }))).toBe(401);
  });

  it('never asks for a token where none is needed', async () => {
    for (const path of ['/', '/versions', '/image', '/compute', '/compute/v2.1/', '/healthz']) {
      const reply = await app.request('GET', path, { token: 'unknown' });
      expect([200, 300]).toContain(reply.status);
    }
  });
});

describe('without the embedded identity', () => {
  it('nobody can log in here', async () => {
    const body = { auth: { identity: { methods: ['password'] } } };
    const token = keystone.issue({ roles: ['admin', 'member', 'reader'] });

    expect((await app.request('POST', '/identity/v3/auth/tokens', { body })).status).toBe(401);
    const call = { token, body };
    expect((await app.request('POST', '/identity/v3/auth/tokens', call)).status).toBe(404);
    expect((await app.request('GET', '/identity/v3/users', { token })).status).toBe(404);
  });
});

describe('an application credential with access rules (identity A6)', () => {
  const catalog = [{ type: 'image' }, { type: 'compute' }];
  const withRules = (access_rules: readonly object[], members: object = { catalog }): string =>
    keystone.issue({
      members: { application_credential: { id: 'c', restricted: true, access_rules }, ...members },
    });
  const listRule = { id: 'r', service: 'image', method: 'GET', path: '/v2/images' };

  it('may do what a rule describes and nothing else', async () => {
    const token = withRules([listRule, { ...listRule, method: 'GET', path: '/v2/schemas/*' }]);

    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(token)).toBe(200);
    expect((await app.request('GET', '/image/v2/images', { token })).status).toBe(200);
    expect((await app.request('GET', '/v2/images?limit=1', { token })).status).toBe(200);
    expect((await app.request('GET', '/v2/schemas/image', { token })).status).toBe(200);
    expect((await create(token)).status).toBe(401);
    expect((await app.request('GET', `/v2/images/${hex()}`, { token })).status).toBe(401);
    expect((await app.request('GET', '/compute/v2.1/images', { token })).status).toBe(401);
  });

  it('asks Keystone for the catalog, in a second question', async () => {
    const token = withRules([listRule]);
    const before = keystone.requests.length;

    expect(await statusOf(token)).toBe(200);
    expect(keystone.requests.slice(before)).toEqual([
      'GET /v3/auth/tokens?nocatalog',
      'GET /v3/auth/tokens',
    ]);
  });

  it('may do nothing when its list is empty, or its service is not in the catalog', async () => {
    expect(await statusOf(withRules([]))).toBe(401);
    expect(await statusOf(withRules([listRule], { catalog: [{ type: 'compute' }] }))).toBe(401);
    expect(await statusOf(withRules([listRule], {}))).toBe(401);
  });

  it('may do anything without a list', async () => {
    const members = { application_credential: { id: 'c', restricted: true } };
    expect((await create(keystone.issue({ members }))).status).toBe(201);
  });
});

describe('a service token beside that of the user (identity A7)', () => {
  const withService = (facts: TokenFacts) => ({
    headers: { 'x-service-token': keystone.issue({ projectId: hex(), ...facts }) },
  });
  const service = { roles: ['service'] };

  it('lets an expired token of the user through (D3 4)', async () => {
    const expired = keystone.issue({ lifeMs: -60_000 });

    expect(await statusOf(expired)).toBe(401);
    expect(await statusOf(expired, withService(service))).toBe(200);
    expect(await statusOf(expired)).toBe(401);
  });

  it('lets it do what access rules forbid', async () => {
    const members = { application_credential: { id: 'c', restricted: true, access_rules: [] } };
    const token = keystone.issue({ members });

    expect(await statusOf(token)).toBe(401);
    expect(await statusOf(token, withService(service))).toBe(200);
  });

  it.each<[string, TokenFacts]>([
    ['lacks the role', { roles: ['admin', 'member', 'reader'] }],
    ['has expired itself', { ...service, lifeMs: -60_000 }],
  ])('spoils a good token when it %s', async (_why, facts) => {
    const token = keystone.issue();

    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(token, withService(facts))).toBe(401);
  });

  it('spoils a good token when it is unknown or oversized, but not when it is empty', async () => {
    const token = keystone.issue();
    const status = (value: string) => statusOf(token, { headers: { 'x-service-token': value } });

    expect([await status('unknown'), await status('x'.repeat(8193)), await status('')]).toEqual([
      401, 401, 200,
    ]);
  });

  it('is no substitute for that of the user', async () => {
    expect((await app.request('GET', '/v2/images', withService(service))).status).toBe(401);
    expect(await statusOf('unknown-user', withService(service))).toBe(401);
  });
});
