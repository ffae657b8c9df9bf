import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { KeystoneServer, type Fault } from '../../../support/keystone-server.js';

let keystone: KeystoneServer;
let app: TestApp;

beforeAll(async () => {
  keystone = await KeystoneServer.start();
  app = await startTestApp(keystone.settings({ timeoutSeconds: 2 }));
});

afterAll(async () => {
  await app.close();
  await keystone.close();
});

afterEach(() => {
  keystone.fault = null;
  keystone.mayValidate = true;
  keystone.serviceTokenLifeMs = 3_600_000;
});

const list = (token: string, path = '/v2/images') => app.request('GET', path, { token });
const statusOf = async (token: string): Promise<number> => (await list(token)).status;

const FAULTS: [string, Fault][] = [
  ['400', { status: 400 }],
  ['401, again and again', { status: 401 }],
  ['410', { status: 410 }],
  ['429', { status: 429 }],
  ['500', { status: 500, body: '<html>oops</html>' }],
  ['502', { status: 502 }],
  ['503', { status: 503, headers: { 'retry-after': '120' } }],
  ['204', { status: 204 }],
  ['a page that is no JSON', { status: 200, body: '<html></html>' }],
  ['JSON without a token', { status: 200, body: '{"tokens":[]}' }],
  [
    'a token without a user',
    { status: 200, body: '{"token":{"expires_at":"2099-01-01T00:00:00Z"}}' },
  ],
  ['a token without an end', { status: 200, body: '{"token":{"user":{"id":"u"}}}' }],
  ['a broken connection', 'hang up'],
  ['silence', 'say nothing'],
  ['an endless page', 'never end'],
];

describe('503 Service Unavailable (D3 3)', () => {
  it.each(FAULTS)('is the answer while Keystone answers with %s', async (_what, fault) => {
    const known = keystone.issue();
    const fresh = keystone.issue();
    expect(await statusOf(known)).toBe(200);

    keystone.fault = fault;
    const reply = await list(fresh);
    expect(reply.status).toBe(503);
    expect(reply.headers).toMatchObject({ 'retry-after': '1' });
    expect(reply.headers).not.toHaveProperty('www-authenticate');
    expect(reply.text).not.toContain('127.0.0.1');
    // What was found out before goes on to hold.
    expect(await statusOf(known)).toBe(200);

    keystone.fault = null;
    expect(await statusOf(fresh)).toBe(200);
  });

  it('is the answer to a redirect, which is not followed', async () => {
    const location = `${keystone.origin}/v3/elsewhere`;
    keystone.fault = { status: 307, headers: { location } };

    expect(await statusOf(keystone.issue())).toBe(503);
    expect(keystone.count('GET /v3/elsewhere')).toBe(0);
  });

  it('is the answer while the service account may not validate tokens', async () => {
    keystone.mayValidate = false;
    expect(await statusOf(keystone.issue())).toBe(503);
  });

  it('has the form of the dialect', async () => {
    keystone.fault = { status: 500 };
    const token = keystone.issue();

    const compute = await list(token, '/v2.1/images');
    expect(compute.body).toEqual({
      serviceUnavailable: { code: 503, message: 'The identity service is not available.' },
    });
    const image = await app.request('GET', '/v2/images', {
      token,
      headers: { accept: 'application/json' },
    });
    expect(image.body).toMatchObject({ message: 'The identity service is not available.' });
  });

  it('never lets anybody in without a token, or in another way', async () => {
    keystone.fault = { status: 500 };

    expect((await app.request('GET', '/v2/images')).status).toBe(401);
    expect((await app.request('GET', '/')).status).toBe(300);
  });
});

describe("the service's own login", () => {
  it('is renewed when Keystone does not accept it any more, and the caller notices nothing', async () => {
    expect(await statusOf(keystone.issue())).toBe(200);
    const before = keystone.logins;
    keystone.endServiceSessions();

    expect(await statusOf(keystone.issue())).toBe(200);
    expect(keystone.logins).toBe(before + 1);
  });

  it('is renewed once for all who wait', async () => {
    expect(await statusOf(keystone.issue())).toBe(200);
    const before = keystone.logins;
    keystone.endServiceSessions();

    const tokens = Array.from({ length: 10 }, () => keystone.issue());
    const statuses = await Promise.all(tokens.map(statusOf));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(keystone.logins).toBe(before + 1);
  });
});

describe('a Keystone that is away', () => {
  it('is found again when it is back', async () => {
    const first = await KeystoneServer.start();
    const catalog = await startTestApp(first.settings());
    const port = Number(new URL(first.origin).port);
    const status = async (token: string) =>
      (await catalog.request('GET', '/v2/images', { token })).status;
    try {
      const known = first.issue();
      expect(await status(known)).toBe(200);
      await first.close();
      expect(await status('anything')).toBe(503);
      expect(await status(known)).toBe(200);

      const second = await KeystoneServer.start(port);
      const fresh = second.issue();
      expect(await status(fresh)).toBe(200);
      expect(await status('anything')).toBe(401);
      await second.close();
    } finally {
      await catalog.close();
    }
  });

  it('does not keep the service from starting, nor does a wrong password', async () => {
    const catalog = await startTestApp({
      ...keystone.settings(),
      KEYSTONE_SERVICE_PASSWORD: 'wrong',
    });
    const token = keystone.issue();
    expect((await catalog.request('GET', '/v2/images', { token })).status).toBe(503);
    expect((await catalog.request('GET', '/healthz')).status).toBe(200);
    await catalog.close();
  });
});
