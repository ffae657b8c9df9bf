import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { unique } from '../../support/identity.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ CATALOG_AUTH_MODES: 'none' });
});

afterAll(() => app.close());

const create = (headers: Record<string, string> = {}) =>
  app.request('POST', '/v2/images', { headers, body: { name: unique('image') } });

describe('the mode none', () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a token that means nothing', { 'x-auth-token': 'nonsense' }],
    ['an origin on this machine', { origin: 'http://localhost:3000' }],
  ])('takes whoever comes with %s for the administrator', async (_what, headers) => {
    const created = await create(headers);
    expect([created.status, created.body.owner]).toEqual([201, 'de7e10be']);
    const reply = await app.request('GET', '/catalog/v1/tenants', { headers });
    expect([reply.status, reply.body.tenants]).toEqual([
      200,
      [expect.objectContaining({ tenant_id: 'de7e10be' })],
    ]);
  });

  it('replays what openstack --os-auth-type none sends', async () => {
    expect((await app.request('GET', '/image')).status).toBe(300);
    const headers = { 'x-auth-token': 'notused' };
    expect((await app.request('GET', '/image/v2/images', { headers })).status).toBe(200);
    const { status } = await app.request('GET', '/compute/v2.1/de7e10be/images', { headers });
    expect(status).toBe(200);
  });

  it('offers nobody to log in to', async () => {
    expect((await app.request('POST', '/identity/v3/auth/tokens', { body: {} })).status).toBe(404);
  });

  it.each<[string, Record<string, string>]>([
    ['a name that some page has pointed at this machine', { host: 'rebound.example' }],
    ['a page from elsewhere', { origin: 'https://rebound.example' }],
    ['a page without an origin', { origin: 'null' }],
  ])('refuses what comes by %s: 401', async (_what, headers) => {
    expect((await create(headers)).status).toBe(401);
  });
});
