import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Method, type TestApp } from '../../../support/app.js';
import { AUDIENCE, OidcProvider, aSigningKey } from '../../../support/oidc-provider.js';

const METADATA = '/.well-known/oauth-protected-resource';
const CLAIMS = { tenant: 'aa11', realm_access: { roles: ['member'] } };
const CLIENTS = { ann: CLAIMS, bob: { tenant: 'bb22' }, nobody: {} };

let provider: OidcProvider;
let app: TestApp;

beforeAll(async () => {
  provider = await OidcProvider.start({ keys: [aSigningKey()], clients: CLIENTS });
  const mapping = {
    projectId: 'tenant',
    roles: 'realm_access.roles',
    scopeTable: {
      'images:read': ['reader'],
      'images:all': ['admin'],
      'images:write': ['member'],
      'not "a" scope': ['reader'],
    },
  };
  const issuer = { issuer: provider.issuer, audiences: [AUDIENCE], mapping };
  app = await startTestApp({
    CATALOG_AUTH_MODES: 'oidc',
    CATALOG_OIDC_ISSUERS: JSON.stringify([issuer]),
  });
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

const ask = async (client: keyof typeof CLIENTS, method: Method, path: string, scope = '') =>
  app.request(method, path, {
    headers: { authorization: `Bearer ${await provider.token(client, scope)}` },
    ...(method === 'POST' && { body: { name: 'image' } }),
  });

describe('403 Forbidden', () => {
  it.each<[string, keyof typeof CLIENTS, Method, string, string]>([
    ['too little scope', 'ann', 'POST', 'images:read', 'images:write'],
    ['no role', 'bob', 'GET', 'images:read', 'images:read'],
    ['no tenant', 'nobody', 'GET', 'images:read', 'images:read'],
  ])('names the least scope for a token with %s', async (_what, client, method, had, wanted) => {
    const reply = await ask(client, method, '/v2/images', had);
    expect(reply.status).toBe(403);
    expect(reply.headers['www-authenticate']).toBe(
      `Bearer realm="image-catalog", error="insufficient_scope", scope="${wanted}"`,
    );
  });

  it('is not the answer to a token with that scope', async () => {
    expect((await ask('ann', 'POST', '/v2/images', 'images:read images:write')).status).toBe(201);
  });
});

it('401 names no scope, since logging in comes first', async () => {
  const headers = { authorization: 'Bearer rubbish' };
  const reply = await app.request('GET', '/v2/images', { headers });
  expect(reply.headers['www-authenticate']).toBe(
    'Bearer realm="image-catalog", error="invalid_token"',
  );
});

describe(`GET ${METADATA}`, () => {
  it('names the issuers to anybody who asks', async () => {
    const reply = await app.request('GET', METADATA, { headers: { host: 'images.example' } });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      resource: 'http://images.example',
      authorization_servers: [provider.issuer],
      scopes_supported: ['images:read', 'images:all', 'images:write', 'not "a" scope'],
      bearer_methods_supported: ['header'],
    });
  });

  it('404 without issuers', async () => {
    const other = await startTestApp();
    expect((await other.request('GET', METADATA)).status).toBe(404);
    await other.close();
  });
});
