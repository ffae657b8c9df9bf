import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../support/app.js';
import type { AuditDocument } from '../../../support/audit.js';
import { ADMIN_PASSWORD, idsOf, tokenOf } from '../../../support/identity.js';
import { signedJwt } from '../../../support/jwt.js';
import { AUDIENCE, OidcProvider, aSigningKey } from '../../../support/oidc-provider.js';

const PATH = '/catalog/v1/denied-tokens';
const BRIDGE = '/identity/v3/OS-FEDERATION/identity_providers/real/protocols/openid/auth';
const MAPPING = { projectId: 'tenant', roles: 'realm_access.roles' };
const CLAIMS = { tenant: 'aa11', realm_access: { roles: ['member'] } };

const key = aSigningKey('first');
let provider: OidcProvider;
let app: TestApp;
let replica: TestApp;

beforeAll(async () => {
  provider = await OidcProvider.start({ keys: [key], clients: { robot: CLAIMS } });
  const issuer = { issuer: provider.issuer, name: 'real', audiences: [AUDIENCE], mapping: MAPPING };
  const settings = {
    CATALOG_AUTH_MODES: 'embedded,oidc',
    CATALOG_OIDC_ISSUERS: JSON.stringify([issuer]),
    CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
  };
  app = await startTestApp(settings);
  replica = await startTestApp({ ...settings, DATABASE_URL: app.databaseUrl });
});

afterAll(async () => {
  await replica.close();
  await app.close();
  await provider.close();
});

afterEach(async () => {
  const { body } = await asAdmin('GET', PATH);
  const ids = idsOf(body.denied_tokens);
  await Promise.all(ids.map((id) => asAdmin('DELETE', `${PATH}/${id}`)));
});

const asAdmin = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  app.request(method, path, { token: await app.adminToken(), ...(body && { body }) });
const deny = (tokens: object) => asAdmin('POST', PATH, { issuer: provider.issuer, ...tokens });
const statusOf = async (bearer: string, on = app): Promise<number> => {
  const headers = { authorization: `Bearer ${bearer}` };
  return (await on.request('GET', '/v2/images', { headers })).status;
};
const seconds = (): number => Math.floor(Date.now() / 1000);
const jwt = (others: object = {}): string =>
  signedJwt(key, {
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: 'ann',
    iat: seconds(),
    exp: seconds() + 600,
    ...CLAIMS,
    ...others,
  });
/** A token of the embedded identity that is got with a bearer token. */
async function exchanged(bearer: string): Promise<string> {
  const headers = { authorization: `Bearer ${bearer}` };
  const id = tokenOf(await app.request('POST', BRIDGE, { headers }));
  const identity = { methods: ['token'], token: { id } };
  const auth = { identity, scope: { project: { id: 'aa11' } } };
  return tokenOf(await app.request('POST', '/identity/v3/auth/tokens', { body: { auth } }));
}
const statusOfToken = async (token: string): Promise<number> =>
  (await app.request('GET', '/v2/images', { token })).status;

describe('a bearer token that is denied', () => {
  it('by its id is answered with 401 from the next request on, and others are not', async () => {
    const bearer = jwt({ jti: 'one' });
    expect(await statusOf(bearer)).toBe(200);
    expect((await deny({ token_id: 'one' })).status).toBe(201);

    expect(await statusOf(bearer)).toBe(401);
    expect(await statusOf(jwt({ jti: 'two' }))).toBe(200);
    expect(await statusOf(jwt())).toBe(200);
  });

  it('by its user is answered with 401, unless it was issued later', async () => {
    const bearer = jwt({ sub: 'bob', iat: seconds() - 60 });
    expect((await deny({ subject: 'bob' })).status).toBe(201);

    expect(await statusOf(bearer)).toBe(401);
    expect(await statusOf(jwt({ sub: 'bob', iat: undefined }))).toBe(401);
    expect(await statusOf(jwt({ sub: 'bob', iat: seconds() + 30 }))).toBe(200);
    expect(await statusOf(jwt({ iat: seconds() - 60 }))).toBe(200);
  });

  it('is accepted if it was issued after the moment that is named', async () => {
    const until = new Date((seconds() - 60) * 1000).toISOString();
    const reply = await deny({ subject: 'bob', issued_until: until });
    expect(reply.body).toMatchObject({ subject: 'bob', issued_until: until });
    expect(await statusOf(jwt({ sub: 'bob', iat: seconds() - 30 }))).toBe(200);
    expect(await statusOf(jwt({ sub: 'bob', iat: seconds() - 90 }))).toBe(401);
  });

  it.each([
    ['id', { token_id: 'three' }],
    ['user', { subject: 'carol' }],
  ])('by its %s takes the tokens along that were got with it', async (_what, tokens) => {
    const claims = { jti: 'three', sub: 'carol', iat: seconds() - 30 };
    const token = await exchanged(jwt(claims));
    const other = await exchanged(jwt({ ...claims, jti: 'four', sub: 'dave' }));
    expect(await statusOfToken(token)).toBe(200);
    await deny(tokens);

    expect(await statusOfToken(token)).toBe(401);
    expect(await statusOfToken(other)).toBe(200);
  });

  it('is denied by other replicas a little later', async () => {
    const bearer = jwt({ jti: 'five' });
    expect(await statusOf(bearer, replica)).toBe(200);
    const begin = performance.now();
    await deny({ token_id: 'five' });
    while ((await statusOf(bearer, replica)) !== 401) {
      expect(performance.now() - begin).toBeLessThan(10_000);
    }
  });

  it('is accepted again when the entry is taken away', async () => {
    const bearer = jwt({ jti: 'six' });
    const { body } = await deny({ token_id: 'six' });
    expect(await statusOf(bearer)).toBe(401);
    expect((await asAdmin('DELETE', `${PATH}/${body.id}`)).status).toBe(204);
    expect(await statusOf(bearer)).toBe(200);
    expect((await asAdmin('DELETE', `${PATH}/${body.id}`)).status).toBe(404);
  });
});

describe('the list of denied tokens', () => {
  it('lists the entries a page at a time', async () => {
    await deny({ token_id: 'one' });
    await deny({ subject: 'bob' });
    const first = await asAdmin('GET', `${PATH}?limit=1`);
    const second = await asAdmin('GET', first.body.next as string);
    const all = await asAdmin('GET', PATH);
    expect([...first.body.denied_tokens, ...second.body.denied_tokens]).toEqual(
      all.body.denied_tokens,
    );
    expect(all.body.denied_tokens).toContainEqual({
      id: expect.any(String),
      issuer: provider.issuer,
      token_id: 'one',
      created_at: expect.any(String),
    });
    expect(all.body).not.toHaveProperty('next');
  });

  it.each<[string, unknown]>([
    ['no object', []],
    ['nothing to deny', {}],
    ['both a token and a user', { token_id: 'one', subject: 'ann' }],
    ['a moment without a user', { token_id: 'one', issued_until: '2026-11-22T08:00:00Z' }],
    ['a moment that is none', { subject: 'ann', issued_until: 'yesterday' }],
    ['a day that there is not', { subject: 'ann', issued_until: '2026-13-45T08:00:00Z' }],
    ['an empty id', { token_id: '' }],
    ['an id that is no text', { token_id: 5 }],
    ['a zero character', { token_id: 'a\u0000' }],
    ['another member', { token_id: 'one', reason: 'lost' }],
    ['another issuer', { token_id: 'one', issuer: 'https://id.example' }],
  ])('400 answers %s', async (_what, body) => {
    const given = Array.isArray(body) ? body : { issuer: provider.issuer, ...(body as object) };
    expect((await asAdmin('POST', PATH, given)).status).toBe(400);
  });

  it('leaves a record of what was denied and allowed again', async () => {
    const denied = await deny({ token_id: 'seven' });
    const { id } = denied.body;
    const allowed = await asAdmin('DELETE', `${PATH}/${id}`);
    const recordOf = async ({ headers }: { headers: Record<string, unknown> }) => {
      const request = String(headers['x-openstack-request-id']);
      const { body } = await asAdmin('GET', `/catalog/v1/audit?request_id=${request}`);
      return (body.records as AuditDocument[])[0];
    };
    const state = { id, issuer: provider.issuer, token_id: 'seven' };
    expect(await recordOf(denied)).toMatchObject({ action: 'denied_token.create', after: state });
    expect(await recordOf(allowed)).toMatchObject({ action: 'denied_token.delete', before: state });
  });
});
