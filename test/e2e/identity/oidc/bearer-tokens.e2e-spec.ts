import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { startTestApp, type TestApp, type TestRequest } from '../../../support/app.js';
import { unique } from '../../../support/identity.js';
import { hmacJwt, signedJwt, unsignedJwt } from '../../../support/jwt.js';
import { AUDIENCE, OidcProvider, aSigningKey } from '../../../support/oidc-provider.js';
import { exchange, head } from '../../../support/raw-http.js';

const TENANT = 'c0ffee00-1234-4abc-8def-000000000001';
const AWAY = 'http://127.0.0.1:1';
const rolesOf = (...roles: string[]) => ({ realm_access: { roles } });
const CLIENTS = {
  reader: { tenant: TENANT, ...rolesOf('reader') },
  member: { tenant: TENANT, ...rolesOf('offline_access'), groups: ['member'] },
  named: { tenant: 'Sales & Ops', ...rolesOf('member') },
  several: { tenant: ['aa11', 'Sales & Ops'], ...rolesOf('member') },
  homeless: rolesOf('member'),
  roleless: { tenant: TENANT },
  boss: { tenant: TENANT, ...rolesOf('catalog-admin') },
  pretender: { tenant: TENANT, ...rolesOf('admin', 'constructor', 'catalog-admin,x') },
  odd: { tenant: { id: TENANT }, ...rolesOf('member') },
};
type Client = keyof typeof CLIENTS;

const key = aSigningKey('first');
let provider: OidcProvider;
let app: TestApp;

beforeAll(async () => {
  provider = await OidcProvider.start({ keys: [key], clients: CLIENTS });
  const mapping = {
    projectId: 'tenant',
    roles: ['realm_access.roles', 'groups'],
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

const bearer = (token: string, headers: Record<string, string> = {}): TestRequest => ({
  headers: { authorization: `Bearer ${token}`, ...headers },
});
const list = (token: string, headers: Record<string, string> = {}) =>
  app.request('GET', '/v2/images', bearer(token, headers));
const create = async (client: Client, headers: Record<string, string> = {}) =>
  app.request('POST', '/v2/images', {
    ...bearer(await provider.token(client), headers),
    body: { name: unique('image') },
  });
const now = (): number => Math.floor(Date.now() / 1000);
const claims = (others: object = {}): object => ({
  iss: provider.issuer,
  aud: AUDIENCE,
  sub: 'ann',
  iat: now(),
  exp: now() + 600,
  ...CLIENTS.member,
  ...others,
});

describe('a bearer token of an issuer', () => {
  it('serves both dialects, for the tenant and the roles that its claims name', async () => {
    const { body: image, status } = await create('member');
    expect([status, image.owner]).toEqual([201, TENANT]);

    const token = await provider.token('reader');
    const path = `/v2.1/${TENANT}/images/${image.id}`;
    expect((await app.request('GET', path, bearer(token))).status).toBe(200);
    expect((await list(token)).body.images).toContainEqual(
      expect.objectContaining({ id: image.id }),
    );
    expect((await create('reader')).status).toBe(403);
  });

  it('makes its tenant appear on first use, with an id that fits into the paths of Compute', async () => {
    const { body: image } = await create('named');
    const id = image.owner as string;

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await app.database.prisma.tenant.findUnique({ where: { id } })).toMatchObject({ id });
    const token = await provider.token('named');
    const reply = await app.request('GET', `/v2.1/${id}/images/${image.id}`, bearer(token));
    expect(reply.status).toBe(200);
  });

  it('may come in X-Auth-Token, beside tokens of the embedded identity', async () => {
    const token = await provider.token('reader');
    expect((await app.request('GET', '/v2/images', { token })).status).toBe(200);
    const own = await app.adminToken();
    expect((await app.request('GET', '/v2/images', { token: own })).status).toBe(200);
  });

  it('does not matter when X-Auth-Token is there too', async () => {
    const headers = { authorization: 'Bearer rubbish' };
    const token = await app.adminToken();
    expect((await app.request('GET', '/v2/images', { token, headers })).status).toBe(200);
    const good = `Bearer ${await provider.token('member')}`;
    const request = { token: 'rubbish', headers: { authorization: good } };
    expect((await app.request('GET', '/v2/images', request)).status).toBe(401);
  });

  it('lets the caller pick one of several tenants, by either of its ids', async () => {
    const { body: image } = await create('several', { 'x-scope-project': 'aa11' });
    expect(image.owner).toBe('aa11');
    const { body: other } = await create('several', { 'x-scope-project': 'Sales & Ops' });
    expect(other.owner).toMatch(/^[0-9a-f]{32}$/);
    const again = await create('several', { 'x-scope-project': other.owner });
    expect(again.body.owner).toBe(other.owner);
  });

  it('makes an administrator only of whom the operator has said so', async () => {
    const { body: image } = await create('named');
    const status = async (client: Client) => {
      const token = await provider.token(client);
      return (await app.request('GET', `/v2/images/${image.id}`, bearer(token))).status;
    };
    expect([await status('boss'), await status('pretender'), await status('member')]).toEqual([
      200, 404, 404,
    ]);
  });
});

describe('403 Forbidden', () => {
  it.each<[string, Client, Record<string, string>]>([
    ['no tenant', 'homeless', {}],
    ['a tenant that is no text', 'odd', {}],
    ['no role', 'roleless', {}],
    ['only roles that mean nothing here', 'pretender', {}],
    ['several tenants and no choice', 'several', {}],
    ['a choice of another tenant', 'several', { 'x-scope-project': 'bb22' }],
    ['a choice of another tenant than its only one', 'member', { 'x-scope-project': 'aa11' }],
  ])('is the answer to a good token with %s', async (_what, client, headers) => {
    const reply = await list(await provider.token(client), headers);

    expect(reply.status).toBe(403);
    expect(reply.headers['www-authenticate']).toBe(
      'Bearer realm="image-catalog", error="insufficient_scope"',
    );
  });
});

describe('401 Unauthorized', () => {
  const publicKey = (): string =>
    createPublicKey({ key: { ...key }, format: 'jwk' })
      .export({ format: 'pem', type: 'spki' })
      .toString();
  const stranger = aSigningKey('first');

  it('names every way to log in', async () => {
    const reply = await app.request('GET', '/v2/images');
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(
      /^Keystone uri="http.*\/identity\/v3", Bearer realm="image-catalog"$/,
    );
  });

  it('is not the answer to what the forgeries below differ from', async () => {
    expect((await list(signedJwt(key, claims()))).status).toBe(200);
    expect((await list(signedJwt(key, claims(), { typ: 'JWT' }))).status).toBe(200);
    expect((await list(signedJwt(key, claims(), { typ: undefined }))).status).toBe(200);
    expect((await list(signedJwt(key, claims({ typ: 'Bearer' })))).status).toBe(200);
    const several = claims({ aud: ['other', AUDIENCE], exp: now() - 30, nbf: now() + 30 });
    expect((await list(signedJwt(key, several))).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['no signature', () => unsignedJwt(claims())],
    ['no signature, in capitals', () => unsignedJwt(claims(), { alg: 'NONE', kid: key.kid })],
    ['the public key as a shared secret', () => hmacJwt(publicKey(), claims(), { kid: key.kid })],
    ['the key of a stranger under a known name', () => signedJwt(stranger, claims())],
    ['a key that it brings along', () => signedJwt(stranger, claims(), { jwk: stranger })],
    ['a place to get keys from', () => signedJwt(key, claims(), { jku: `${AWAY}/keys` })],
    ['an extension that must be understood', () => signedJwt(key, claims(), { crit: ['x'], x: 1 })],
    ['another algorithm', () => signedJwt(key, claims(), { alg: 'ES384' })],
    ['another type', () => signedJwt(key, claims(), { typ: 'logout+jwt' })],
    [
      'changed claims',
      () => {
        const [header, , signature] = signedJwt(key, claims()).split('.');
        const payload = signedJwt(key, claims({ sub: 'bob' })).split('.')[1];
        return `${header}.${payload}.${signature}`;
      },
    ],
    ['another audience', () => signedJwt(key, claims({ aud: 'other' }))],
    ['no audience', () => signedJwt(key, claims({ aud: undefined, client_id: AUDIENCE }))],
    ['another issuer', () => signedJwt(key, claims({ iss: `${provider.issuer}/` }))],
    ['no issuer', () => signedJwt(key, claims({ iss: undefined }))],
    ['an end that is past', () => signedJwt(key, claims({ exp: now() - 61 }))],
    ['no end', () => signedJwt(key, claims({ exp: undefined }))],
    ['a beginning to come', () => signedJwt(key, claims({ nbf: now() + 300 }))],
    ['a birth to come', () => signedJwt(key, claims({ iat: now() + 300 }))],
    ['the marks of an ID token', () => signedJwt(key, claims({ nonce: 'n' }))],
    ['the hash of an access token', () => signedJwt(key, claims({ at_hash: 'h' }))],
    ['the hash of a code', () => signedJwt(key, claims({ c_hash: 'h' }))],
    ['the marks of an ID token of Cognito', () => signedJwt(key, claims({ token_use: 'id' }))],
    ['the marks of an ID token of Keycloak', () => signedJwt(key, claims({ typ: 'ID' }))],
    ['no user', () => signedJwt(key, claims({ sub: undefined }))],
    ['no form of a token', () => 'rubbish'],
    ['nothing in it', () => '..'],
    ['more than 16 KiB', () => 'x'.repeat(15_000)],
  ])('is the answer to a token with %s (D3 9)', async (_what, forge) => {
    const reply = await list(forge());

    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(
      /^Keystone uri=".*", Bearer realm="image-catalog", error="invalid_token"$/,
    );
    expect((await app.request('GET', '/v2/images', { token: forge().slice(0, 8192) })).status).toBe(
      401,
    );
  });

  it('is the answer to a token in another place, and to one of the embedded identity', async () => {
    const token = await provider.token('member');
    const wrong = [`Basic ${token}`, `Bearer`, token, `Bearer ${token} x`];
    for (const authorization of wrong) {
      const reply = await app.request('GET', '/v2/images', { headers: { authorization } });
      expect(reply.status).toBe(401);
    }
    expect((await app.request('GET', `/v2/images?access_token=${token}`)).status).toBe(401);
    expect((await list(await app.adminToken())).status).toBe(401);
  });
});

describe('400 Bad Request', () => {
  it('is the answer to two bearer tokens, even the same', async () => {
    const header = `Authorization: Bearer ${await provider.token('member')}`;
    const origin = await app.listen();
    const reply = await exchange(origin, head('GET /v2/images', header, header));

    expect(reply.status).toBe(400);
    expect((await exchange(origin, head('GET /v2/images', header))).status).toBe(200);
  });
});

describe('503 Service Unavailable', () => {
  it('is the answer to tokens of an issuer whose keys were never to be had, and only to those', async () => {
    const reply = await list(signedJwt(key, claims({ iss: AWAY })));
    expect(reply.status).toBe(503);
    expect(reply.headers).toHaveProperty('retry-after');
    expect(reply.headers).not.toHaveProperty('www-authenticate');
    expect((await list(await provider.token('reader'))).status).toBe(200);
  });
});

describe('keys that are exchanged (D3 10)', () => {
  it('are known after one look, and tokens that name unknown ones cause no more', async () => {
    const before = await provider.token('reader');
    expect((await list(before)).status).toBe(200);
    const second = aSigningKey('second');
    await provider.rotate([second, key]);
    const fetches = await provider.keyFetches();

    const tokens = await Promise.all([1, 2, 3, 4, 5].map(() => provider.token('reader')));
    const replies = await Promise.all(tokens.map((token) => list(token)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await list(signedJwt(key, claims()))).status).toBe(200);
    expect(await provider.keyFetches()).toBe(fetches + 1);

    const unknown = Array.from({ length: 30 }, (_, index) => aSigningKey(`unknown-${index}`));
    for (const each of unknown) expect((await list(signedJwt(each, claims()))).status).toBe(401);
    expect(await provider.keyFetches()).toBe(fetches + 1);
  });
});
