import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { namesOf, projectScope, tokenOf, unique } from '../../../support/identity.js';
import { signedJwt } from '../../../support/jwt.js';
import { AUDIENCE, OidcProvider, aSigningKey } from '../../../support/oidc-provider.js';
import { exchange, head } from '../../../support/raw-http.js';

const TENANT = 'c0ffee00-1234-4abc-8def-000000000001';
const AWAY = 'http://127.0.0.1:1';
const rolesOf = (...roles: string[]) => ({ realm_access: { roles } });
const CLIENTS = {
  member: { tenant: TENANT, ...rolesOf('member') },
  several: { tenant: ['aa11', 'Sales & Ops'], ...rolesOf('member') },
  homeless: rolesOf('member'),
  roleless: { tenant: TENANT },
  boss: { tenant: 'bb22', ...rolesOf('catalog-admin') },
};
type Client = keyof typeof CLIENTS;

const BRIDGE = '/identity/v3/OS-FEDERATION/identity_providers/real/protocols/openid/auth';
const TOKENS = '/identity/v3/auth/tokens';
const key = aSigningKey('first');
let provider: OidcProvider;
let app: TestApp;

beforeAll(async () => {
  provider = await OidcProvider.start({ keys: [key], clients: CLIENTS });
  const mapping = {
    projectId: 'tenant',
    roles: 'realm_access.roles',
    adminValues: ['catalog-admin'],
  };
  const issuers = [
    { issuer: provider.issuer, name: 'real', audiences: [AUDIENCE], mapping },
    { issuer: AWAY, name: 'away', audiences: [AUDIENCE] },
  ];
  app = await startTestApp({
    CATALOG_AUTH_MODES: 'embedded,oidc',
    CATALOG_OIDC_ISSUERS: JSON.stringify(issuers),
  });
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

const bridge = (bearer: string, path = BRIDGE) =>
  app.request('POST', path, { headers: { authorization: `Bearer ${bearer}` } });
const unscoped = async (client: Client): Promise<string> =>
  tokenOf(await bridge(await provider.token(client)));
const rescope = (token: string, scope?: unknown) =>
  app.request('POST', TOKENS, {
    body: { auth: { identity: { methods: ['token'], token: { id: token } }, scope } },
  });
const projectById = (id: string) => ({ project: { id } });
const projectByName = (name: string, domain: object) => ({ project: { name, domain } });
const scoped = async (client: Client, id: string): Promise<string> =>
  tokenOf(await rescope(await unscoped(client), projectById(id)));
const list = (token: string) => app.request('GET', '/v2/images', { token });
const seconds = (): number => Math.floor(Date.now() / 1000);
const jwtFor = (client: Client, others: object = {}): string =>
  signedJwt(key, {
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: 'ann',
    iat: seconds(),
    exp: seconds() + 600,
    ...CLIENTS[client],
    ...others,
  });

describe('201 Created', () => {
  it('answers a bearer token with a token for no project, that tells who vouches for its user', async () => {
    const reply = await bridge(jwtFor('member', { preferred_username: 'Ann' }));

    expect(reply.status).toBe(201);
    expect(reply.headers['vary']).toContain('X-Auth-Token');
    expect(reply.body).toEqual({
      token: {
        methods: ['openid'],
        user: {
          id: 'real:ann',
          name: 'Ann',
          domain: { id: 'real', name: 'real' },
          'OS-FEDERATION': {
            identity_provider: { id: 'real' },
            protocol: { id: 'openid' },
            groups: [],
          },
        },
        audit_ids: [expect.any(String)],
        issued_at: expect.any(String),
        expires_at: expect.any(String),
      },
    });
    expect((await list(tokenOf(reply))).status).toBe(403);
  });

  it('ends with the bearer token, and so does every token that is got with it', async () => {
    const exp = seconds() + 200;
    const first = await bridge(jwtFor('member', { exp }));
    const second = await rescope(tokenOf(first), projectById(TENANT));

    const end = new Date(exp * 1000).toISOString().replace('Z', '000Z');
    expect(first.body.token.expires_at).toBe(end);
    expect(second.body.token.expires_at).toBe(end);
    const late = await bridge(jwtFor('member', { exp: seconds() + 100_000 }));
    expect(Date.parse(late.body.token.expires_at)).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it('lists the projects that there are tokens for, under both addresses', async () => {
    const token = await unscoped('several');
    const own = await app.request('GET', '/identity/v3/auth/projects', { token });
    const alias = await app.request('GET', '/identity/v3/OS-FEDERATION/projects', { token });

    expect(own.body.projects).toEqual([
      expect.objectContaining({ id: 'aa11', name: 'aa11', domain_id: 'real', enabled: true }),
      expect.objectContaining({ id: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'Sales & Ops' }),
    ]);
    expect(alias.body.projects).toEqual(own.body.projects);
    expect(own.body.links.next).toBeNull();
    const page = await app.request('GET', '/identity/v3/auth/projects?limit=1&marker=aa11', {
      token,
    });
    expect(namesOf(page.body.projects)).toEqual(['Sales & Ops']);
    const none = await app.request('GET', '/identity/v3/auth/projects', {
      token: await unscoped('roleless'),
    });
    expect(none.body.projects).toEqual([]);
  });

  it('gives a token for one of them, with which images belong to it', async () => {
    const reply = await rescope(await unscoped('member'), projectById(TENANT));
    expect(reply.status).toBe(201);
    expect(reply.body.token).toMatchObject({
      methods: ['openid', 'token'],
      project: { id: TENANT, name: TENANT, domain: { id: 'real', name: 'real' } },
      user: { id: 'real:member', 'OS-FEDERATION': { protocol: { id: 'openid' } } },
      catalog: expect.arrayContaining([expect.objectContaining({ type: 'image' })]),
    });
    expect(namesOf(reply.body.token.roles)).toEqual(['member', 'reader']);

    const token = tokenOf(reply);
    const body = { name: unique('image') };
    const image = await app.request('POST', '/v2/images', { token, body });
    expect([image.status, image.body.owner]).toEqual([201, TENANT]);
    const bearer = { headers: { authorization: `Bearer ${await provider.token('member')}` } };
    const path = `/v2.1/${TENANT}/images/${image.body.id}`;
    expect((await app.request('GET', path, bearer)).status).toBe(200);
    expect((await app.request('GET', path, { token })).status).toBe(200);
  });

  it.each<[string, object]>([
    ['the issuer by id', { id: 'real' }],
    ['the issuer by name', { name: 'real' }],
    ['the domain that stands for none', { id: 'default' }],
  ])('finds the project by its name in the domain of %s', async (_what, domain) => {
    const reply = await rescope(await unscoped('several'), projectByName('Sales & Ops', domain));
    expect(reply.status).toBe(201);
    expect(reply.body.token.project.id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('stays without a project unless one is asked for', async () => {
    const reply = await rescope(await unscoped('member'));
    expect(reply.status).toBe(201);
    expect(reply.body.token).not.toHaveProperty('project');
  });

  it('makes an administrator of whom a bearer token makes one', async () => {
    const foreign = await app.request('POST', '/v2/images', {
      token: await scoped('member', TENANT),
      body: { name: unique('image') },
    });
    const status = async (token: string) =>
      (await app.request('GET', `/v2/images/${foreign.body.id}`, { token })).status;
    expect(await status(await scoped('boss', 'bb22'))).toBe(200);
    expect(await status(await scoped('several', 'aa11'))).toBe(404);
  });

  it('can be looked at and revoked by its holder, and tokens got with it go on', async () => {
    const token = await unscoped('member');
    const child = tokenOf(await rescope(token, projectById(TENANT)));
    const headers = { 'x-subject-token': token };
    expect((await app.request('GET', TOKENS, { token, headers })).body.token.user.id).toBe(
      'real:member',
    );
    expect((await app.request('DELETE', TOKENS, { token, headers })).status).toBe(204);
    expect((await app.request('GET', '/identity/v3/auth/projects', { token })).status).toBe(401);
    expect((await list(child)).status).toBe(200);
  });
});

describe('401 Unauthorized', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['that nobody has signed', () => `${jwtFor('member').slice(0, -4)}AAAA`],
    ['for somebody else', () => jwtFor('member', { aud: 'other' })],
    ['that has ended', () => jwtFor('member', { exp: seconds() - 100 })],
    ['that ended within the leeway for clocks', () => jwtFor('member', { exp: seconds() - 10 })],
    ['of another issuer than the one in the path', () => jwtFor('member', { iss: `${AWAY}/` })],
    ['of the embedded identity', () => app.adminToken()],
  ])('is the answer to a bearer token %s', async (_what, forge) => {
    const reply = await bridge(await forge());
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('is the answer to no bearer token, and to a token in another header', async () => {
    expect((await app.request('POST', BRIDGE)).status).toBe(401);
    expect((await app.request('POST', BRIDGE, { token: await app.adminToken() })).status).toBe(401);
    const token = await provider.token('member');
    expect((await app.request('POST', BRIDGE, { token })).status).toBe(401);
  });

  it.each<[string, Client, unknown]>([
    ['a project that the issuer does not name', 'member', projectById('aa11')],
    ['a project without a role', 'roleless', projectById(TENANT)],
    ['a project of the embedded identity', 'boss', projectScope('admin')],
    ['a project in another domain', 'several', projectByName('aa11', { name: 'Default' })],
    ['a domain', 'boss', { domain: { id: 'default' } }],
    ['the system', 'boss', { system: { all: true } }],
  ])('is the answer to the wish for %s', async (_what, client, scope) => {
    expect((await rescope(await unscoped(client), scope)).status).toBe(401);
  });

  it('is the answer when two proofs speak of different users', async () => {
    const token = await unscoped('member');
    const password = { user: { name: 'admin', domain: { id: 'default' }, password: 'secret' } };
    const identity = { methods: ['token', 'password'], token: { id: token }, password };
    const reply = await app.request('POST', TOKENS, { body: { auth: { identity } } });
    expect(reply.status).toBe(401);
  });
});

describe('403 Forbidden', () => {
  it('is the answer to the wish for a secret that would outlive the bearer token', async () => {
    const token = await scoped('member', TENANT);
    const reply = await app.request(
      'POST',
      '/identity/v3/users/real:member/application_credentials',
      {
        token,
        body: { application_credential: { name: 'robot' } },
      },
    );
    expect(reply.status).toBe(403);
  });

  it.each([
    ['a zero character', { preferred_username: 'a\u0000' }],
    ['the length of a book', { sub: 's'.repeat(300) }],
  ])('is the answer to a user name or id with %s', async (_what, others) => {
    expect((await bridge(jwtFor('member', others))).status).toBe(403);
  });

  it('is the answer while the project is suspended', async () => {
    const bearer = jwtFor('member', { tenant: 'dd44' });
    const token = tokenOf(await rescope(tokenOf(await bridge(bearer)), projectById('dd44')));
    expect((await list(token)).status).toBe(200);
    const admin = { token: await app.adminToken() };
    const suspended = await app.request('POST', '/catalog/v1/tenants/dd44/suspend', admin);
    expect(suspended.status).toBeLessThan(300);
    expect((await list(token)).status).toBe(403);
    expect((await bridge(bearer)).status).toBe(403);
  });
});

describe('404 Not Found', () => {
  it('is the answer to an issuer or a protocol that there is not', async () => {
    const bearer = await provider.token('member');
    expect((await bridge(bearer, BRIDGE.replace('real', 'other'))).status).toBe(404);
    expect((await bridge(bearer, BRIDGE.replace('openid', 'saml2'))).status).toBe(404);
    expect((await bridge(bearer, BRIDGE.replace('real', 'away'))).status).toBe(401);
  });
});

describe('400 and 503', () => {
  it('400 is the answer to two bearer tokens', async () => {
    const header = `Authorization: Bearer ${await provider.token('member')}`;
    const request = head(`POST ${BRIDGE}`, header, header, 'Content-Length: 0');
    expect((await exchange(await app.listen(), request)).status).toBe(400);
  });

  it('503 is the answer while the keys of the issuer are not to be had', async () => {
    const bearer = jwtFor('member', { iss: AWAY });
    expect((await bridge(bearer, BRIDGE.replace('real', 'away'))).status).toBe(503);
  });
});

it('leaves users of the embedded identity as they were', async () => {
  const token = await app.adminToken();
  const reply = await app.request('GET', TOKENS, { token, headers: { 'x-subject-token': token } });
  expect(reply.body.token.user).toHaveProperty('password_expires_at');
  expect(reply.body.token.user).not.toHaveProperty('OS-FEDERATION');
});
