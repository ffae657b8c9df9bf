import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { ADMIN_PASSWORD } from '../../../support/identity.js';
import { tokenFor } from '../../../support/tokens.js';
import { AUDIENCE, OidcProvider, aSigningKey } from '../../../support/oidc-provider.js';

const TENANT = 'c0ffee00-1234-4abc-8def-000000000002';
const rolesOf = (...roles: string[]) => ({ realm_access: { roles } });
const CLIENTS = {
  catalog: {},
  member: { tenant: TENANT, ...rolesOf('member') },
  several: { tenant: ['aa11', 'bb22'], ...rolesOf('member') },
  homeless: rolesOf('member'),
};
const MAPPING = {
  userId: ['sub', 'client_id'],
  projectId: 'tenant',
  roles: 'realm_access.roles',
};
const SECRETS = { ISSUER_CLIENT_SECRET: 'catalog' };

let provider: OidcProvider;
let app: TestApp;

const settings = (issuer: object): Record<string, string> => ({
  CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
  CATALOG_AUTH_MODES: 'embedded,oidc',
  CATALOG_OIDC_ISSUERS: JSON.stringify([
    {
      audiences: [AUDIENCE],
      mapping: MAPPING,
      ...issuer,
    },
  ]),
  ...SECRETS,
});
const asCatalog = { clientId: 'catalog', clientSecret: { env: 'ISSUER_CLIENT_SECRET' } };

beforeAll(async () => {
  provider = await OidcProvider.start({
    keys: [aSigningKey()],
    clients: CLIENTS,
    tokenFormat: 'opaque',
  });
  app = await startTestApp(settings({ issuer: provider.issuer, introspection: asCatalog }));
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

const list = (token: string, headers: Record<string, string> = {}, at = app) =>
  at.request('GET', '/v2/images', { headers: { authorization: `Bearer ${token}`, ...headers } });

describe('a token that only its issuer can read (RFC 7662)', () => {
  it('serves both dialects, for the tenant and the roles that the issuer tells', async () => {
    const headers = { authorization: `Bearer ${await provider.token('member')}` };
    const body = { name: 'opaque' };
    const created = await app.request('POST', '/v2/images', { headers, body });
    expect([created.status, created.body.owner]).toEqual([201, TENANT]);
    const listed = await app.request('GET', `/compute/v2.1/${TENANT}/images`, { headers });
    expect(listed.body.images).toEqual([expect.objectContaining({ name: 'opaque' })]);
  });

  it('is asked about once, by however many requests at once', async () => {
    const token = await provider.token('member');
    const before = await provider.introspections();
    const replies = await Promise.all(Array.from({ length: 8 }, () => list(token)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await provider.introspections()) - before).toBe(1);
  });

  it('may reach several tenants, of which the caller picks one', async () => {
    const token = await provider.token('several');
    const picks = ['aa11', 'bb22', 'cc33'];
    const replies = await Promise.all(
      picks.map((tenant) => list(token, { 'x-scope-project': tenant })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 403]);
  });

  it('without a tenant is a good token all the same: 403', async () => {
    const { status, headers } = await list(await provider.token('homeless'));
    expect([status, headers['www-authenticate']]).toEqual([
      403,
      'Bearer realm="image-catalog", error="insufficient_scope"',
    ]);
  });
});

describe('401 Unauthorized', () => {
  it('is the answer to a token that the issuer does not know, asked about once', async () => {
    const before = await provider.introspections();
    for (let time = 0; time < 3; time += 1) {
      const { status, headers } = await list('no-such-token');
      expect([status, headers['www-authenticate']]).toEqual([
        401,
        expect.stringContaining('Bearer realm="image-catalog", error="invalid_token"'),
      ]);
    }
    expect((await provider.introspections()) - before).toBe(1);
  });

  it('is the answer to such a token in X-Auth-Token, and nobody is told of it', async () => {
    const token = await provider.token('member');
    const before = await provider.introspections();
    expect((await app.request('GET', '/v2/images', { token })).status).toBe(401);
    expect(await provider.introspections()).toBe(before);
  });

  it('is the answer to a token of the embedded identity as a bearer, and nobody is told of it', async () => {
    const token = await tokenFor(app, { tenant: TENANT, role: 'member' });
    const before = await provider.introspections();
    expect((await list(token)).status).toBe(401);
    expect(await provider.introspections()).toBe(before);
  });
});

describe('503 Service Unavailable', () => {
  it('is the answer while the issuer refuses the service itself', async () => {
    const others = await startTestApp({
      ...settings({ issuer: provider.issuer, introspection: asCatalog }),
      ISSUER_CLIENT_SECRET: 'wrong',
    });
    expect((await list(await provider.token('member'), {}, others)).status).toBe(503);
    await others.close();
  });
});

describe('what an issuer says', () => {
  let answers: Server;
  let answer: object;
  let requests: { authorization: string | undefined; form: string }[];
  let others: TestApp;
  const now = (): number => Math.floor(Date.now() / 1000);
  const good = (): object => ({
    active: true,
    aud: AUDIENCE,
    sub: 'ann',
    tenant: TENANT,
    ...rolesOf('reader'),
  });

  beforeAll(async () => {
    requests = [];
    answers = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = Buffer.concat(chunks).toString();
        requests.push({ authorization: request.headers.authorization, form });
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(answers.address() as AddressInfo).port}`;
    others = await startTestApp({
      ...settings({
        issuer,
        jwksUri: `${issuer}/keys`,
        introspection: {
          ...asCatalog,
          url: `${issuer}/introspect`,
          clientId: 'the catalog',
          cacheSeconds: -1,
        },
      }),
      ISSUER_CLIENT_SECRET: 'a:b%c',
    });
  });

  afterAll(async () => {
    await others.close();
    await new Promise((resolve) => answers.close(resolve));
  });

  const statusAfter = async (said: object): Promise<number> => {
    answer = said;
    return (await list('opaque', {}, others)).status;
  };

  it('is asked by a client that shows who it is, with the token in a form', async () => {
    expect(await statusAfter(good())).toBe(200);
    expect(requests.at(-1)).toEqual({
      // RFC 6749 2.3.1: encoded as in a form before they are joined.
      authorization: `Basic ${btoa('the+catalog:a%3Ab%25c')}`,
      form: 'token=opaque&token_type_hint=access_token',
    });
  });

  it.each<[string, () => object]>([
    ['is not active', () => ({ ...good(), active: false })],
    ['has ended', () => ({ ...good(), exp: now() - 61 })],
    ['is not valid yet', () => ({ ...good(), nbf: now() + 120 })],
    ['was issued in the future', () => ({ ...good(), iat: now() + 120 })],
    ['is for somebody else', () => ({ ...good(), aud: 'another' })],
    ['is for nobody', () => ({ ...good(), aud: undefined })],
    ['is an ID token', () => ({ ...good(), token_use: 'id' })],
    ['is another issuer’s', () => ({ ...good(), iss: 'https://other.example' })],
    ['is nobody’s', () => ({ ...good(), sub: undefined })],
  ])('makes a token useless that %s: 401', async (_what, said) => {
    expect(await statusAfter(good())).toBe(200);
    expect(await statusAfter(said())).toBe(401);
  });

  it.each<[string, object]>([
    ['is no answer', {}],
    ['is of the wrong kind', { active: 'true' }],
  ])('is not understood when it %s: 503', async (_what, said) => {
    expect(await statusAfter(said)).toBe(503);
  });
});
