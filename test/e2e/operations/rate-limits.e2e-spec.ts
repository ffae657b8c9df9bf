import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestResponse } from '../../support/app.js';
import { tokenFor } from '../../support/tokens.js';

/** So long that nothing comes back while the tests run. */
const PERIOD = '9h';
const TENANT_LIMIT = 4;
const ADDRESS_LIMIT = 6;

let catalog: TestApp;

beforeAll(async () => {
  catalog = await startTestApp({
    CATALOG_RATE_LIMIT_TENANT: `${TENANT_LIMIT}/${PERIOD}`,
    CATALOG_RATE_LIMIT_ADDRESS: `${ADDRESS_LIMIT}/${PERIOD}`,
    CATALOG_TRUSTED_PROXIES: '127.0.0.1',
  });
});

afterAll(() => catalog.close());

/** As a proxy passes it on. */
function from(address: string, path: string, token?: string): Promise<TestResponse> {
  const headers = { 'x-forwarded-for': address, accept: 'application/json' };
  return catalog.request('GET', path, { headers, ...(token !== undefined && { token }) });
}

const limitsOf = ({ headers }: TestResponse) =>
  ['limit', 'remaining', 'reset'].map((name) => Number(headers[`ratelimit-${name}`]));

async function exhaust(address: string): Promise<void> {
  for (let sent = 0; sent < ADDRESS_LIMIT; sent += 1) {
    expect((await from(address, '/image/')).status).not.toBe(429);
  }
}

describe('a tenant', () => {
  it('is told what is left, and refused when nothing is, whatever address it asks from', async () => {
    const token = await tokenFor(catalog, { role: 'member', tenant: 'a'.repeat(32) });
    const remaining: (number | undefined)[] = [];
    for (let sent = 0; sent < TENANT_LIMIT; sent += 1) {
      const reply = await from(`203.0.113.${sent}`, '/image/v2/images', token);
      expect(reply.status).toBe(200);
      const [limit, left] = limitsOf(reply);
      expect(limit).toBe(TENANT_LIMIT);
      remaining.push(left);
    }
    expect(remaining).toEqual([3, 2, 1, 0]);

    const refused = await from('203.0.113.99', '/image/v2/images', token);
    expect(refused.status).toBe(429);
    expect(limitsOf(refused).slice(0, 2)).toEqual([TENANT_LIMIT, 0]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(7000);
  });

  it('does not use up what others may', async () => {
    const token = await tokenFor(catalog, { role: 'member', tenant: 'b'.repeat(32) });
    expect((await from('203.0.113.98', '/image/v2/images', token)).status).toBe(200);
  });
});

describe('an address', () => {
  it('is refused in the form of each API', async () => {
    const address = '198.51.100.7';
    await exhaust(address);
    const [image, compute, identity] = await Promise.all(
      ['/image/v2/images', '/compute/v2.1/images', '/identity/v3'].map((path) =>
        from(address, path),
      ),
    );
    const message = 'Too many requests were sent in a short time.';
    expect([image?.status, compute?.status, identity?.status]).toEqual([429, 429, 429]);
    expect(image?.body).toEqual({
      code: '429 Too Many Requests',
      title: 'Too Many Requests',
      message,
    });
    const retryAfter = compute?.headers['retry-after'];
    expect(compute?.body).toEqual({ overLimit: { code: 429, message, retryAfter } });
    expect(identity?.body).toEqual({ error: { code: 429, title: 'Too Many Requests', message } });
  });

  it('of IPv6 is its network', async () => {
    await exhaust('2001:db8:1:2::1');
    expect((await from('2001:db8:1:2:ffff::9', '/image/')).status).toBe(429);
    expect((await from('2001:db8:1:3::1', '/image/')).status).toBe(300);
  });

  it('is still told that the service lives', async () => {
    await exhaust('198.51.100.8');
    expect((await from('198.51.100.8', '/healthz')).status).toBe(200);
  });

  it('on loopback is not limited', async () => {
    for (let sent = 0; sent < 2 * ADDRESS_LIMIT; sent += 1) {
      const { status, headers } = await catalog.request('GET', '/image/');
      expect(status).toBe(300);
      expect(headers).not.toHaveProperty('ratelimit-limit');
    }
  });
});

describe('without trusted proxies', () => {
  it('nobody can claim an address: what a client forwards is not believed', async () => {
    const other = await startTestApp({ CATALOG_RATE_LIMIT_ADDRESS: `1/${PERIOD}` });
    try {
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      const replies = [1, 2, 3].map(() => other.request('GET', '/image/', { headers }));
      expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([300, 300, 300]);
    } finally {
      await other.close();
    }
  });
});
