import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, idsOf, logIn, tokenOf } from '../../support/identity.js';

let identity: IdentityFixture;
let ann: Awaited<ReturnType<IdentityFixture['member']>>;
let unscoped: string;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
  unscoped = tokenOf(await logIn(identity.app, { ...ann, scope: 'unscoped' }));
});

afterAll(() => identity.app.close());

const get = (path: string, token: string, method: Method = 'GET') =>
  identity.app.request(method, `/identity/v3/${path}`, { token });

describe('GET /v3/auth/catalog', () => {
  it('200 shows the catalog of the token', async () => {
    const reply = await get('auth/catalog', ann.token);
    const { body } = await identity.app.request('GET', '/identity/v3/auth/tokens', {
      token: ann.token,
      headers: { 'x-subject-token': ann.token },
    });
    expect(reply.body).toEqual({
      catalog: body.token.catalog,
      links: { self: `${await identity.app.listen()}/identity/v3/auth/catalog` },
    });
  });

  it('403 without a project', async () => {
    expect((await get('auth/catalog', unscoped)).status).toBe(403);
    expect((await get('auth/catalog', unscoped, 'HEAD')).status).toBe(403);
    expect((await get('auth/catalog', ann.token, 'HEAD')).status).toBe(200);
  });
});

describe('what a token could be got for', () => {
  it('200 lists the enabled projects of the user', async () => {
    const disabled = await identity.createProject();
    await identity.grant(`projects/${disabled.id}`, ann.id, 'reader');
    await identity.app.request('PATCH', `/identity/v3/projects/${disabled.id}`, {
      token: identity.adminToken,
      body: { project: { enabled: false } },
    });
    expect(idsOf((await get('auth/projects', unscoped)).body.projects)).toEqual([ann.projectId]);
  });

  it('200 lists domains and the system as soon as there is a role', async () => {
    const bob = await identity.member();
    expect((await get('auth/domains', bob.token)).body.domains).toEqual([]);
    expect((await get('auth/system', bob.token)).body.system).toEqual([]);
    await identity.grant('domains/default', bob.id, 'reader');
    await identity.grant('system', bob.id, 'reader');
    expect(idsOf((await get('auth/domains', bob.token)).body.domains)).toEqual(['default']);
    expect((await get('auth/system', bob.token)).body.system).toEqual([{ all: true }]);
  });

  it.each(['auth/projects', 'auth/domains', 'auth/system'])('HEAD %s: 200, 401', async (path) => {
    const reply = await get(path, unscoped, 'HEAD');
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect((await get(path, 'nonsense', 'HEAD')).status).toBe(401);
  });
});

describe('the catalog in parts', () => {
  const list = async (path: string, token = identity.adminToken) => (await get(path, token)).body;

  it('200 lists and shows the region to everybody', async () => {
    const { regions } = await list('regions', unscoped);
    expect(regions).toEqual([
      {
        id: 'RegionOne',
        description: '',
        parent_region_id: null,
        links: { self: `${await identity.app.listen()}/identity/v3/regions/RegionOne` },
      },
    ]);
    expect((await list('regions/RegionOne')).region).toEqual(regions[0]);
    expect((await get('regions/Mars', unscoped)).status).toBe(404);
  });

  it('200 lists, filters and shows services', async () => {
    const { services } = await list('services?type=image');
    expect(services).toMatchObject([{ type: 'image', name: 'glance', enabled: true }]);
    expect((await list(`services/${services[0].id}`)).service).toEqual(services[0]);
    expect((await list('services?name=nova')).services).toHaveLength(1);
    expect((await list('services')).services).toHaveLength(3);
    expect((await get('services/unknown', identity.adminToken)).status).toBe(404);
    expect((await get('services', ann.token)).status).toBe(403);
  });

  it('200 lists, filters and shows endpoints', async () => {
    const { services } = await list('services?type=compute');
    const { endpoints } = await list(`endpoints?interface=public&service_id=${services[0].id}`);
    expect(endpoints).toMatchObject([
      {
        interface: 'public',
        region: 'RegionOne',
        region_id: 'RegionOne',
        service_id: services[0].id,
        url: `${await identity.app.listen()}/compute/v2.1/$(project_id)s`,
      },
    ]);
    expect((await list(`endpoints/${endpoints[0].id}`)).endpoint).toEqual(endpoints[0]);
    expect((await list('endpoints')).endpoints).toHaveLength(9);
    expect((await list('endpoints?region_id=Mars')).endpoints).toEqual([]);
    expect((await get('endpoints/unknown', identity.adminToken)).status).toBe(404);
    expect((await get('endpoints', ann.token)).status).toBe(403);
  });
});

describe('401', () => {
  it.each(['auth/catalog', 'auth/projects', 'regions', 'services', 'endpoints', 'users'])(
    'GET /v3/%s without a token',
    async (path) => {
      const reply = await identity.app.request('GET', `/identity/v3/${path}`);
      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(/^Keystone uri="/);
    },
  );
});
