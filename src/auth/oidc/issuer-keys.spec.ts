import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aSigningKey, type SigningKey } from '../../../test/support/oidc-provider.js';
import { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { IssuerKeys } from './issuer-keys.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let server: Server;
let client: TrustedClient;
let issuer: string;
let now: number;
/** What the issuer answers with. */
let published: { keys: SigningKey[]; status: number; headers: Record<string, string> };
let metadata: object;
let fetches: number;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = createServer((request, response) => {
    const isKeys = request.url === '/keys';
    if (isKeys) fetches += 1;
    response.writeHead(published.status, isKeys ? published.headers : {});
    response.end(JSON.stringify(isKeys ? { keys: published.keys } : metadata));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new TrustedClient({ connectTimeoutMs: 5000, timeoutMs: 10_000, maxRetries: 0 });
});

afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  published = { keys: [publicPart('a')], status: 200, headers: {} };
  metadata = { issuer, jwks_uri: `${issuer}/keys` };
  fetches = 0;
  now = 1_000_000_000_000;
});

const publicPart = (kid: string): SigningKey => {
  const { d: _secret, ...key } = aSigningKey(kid);
  return key;
};
const keysOf = (settings: object = {}) =>
  new IssuerKeys({ issuer, jwksUri: undefined, ...settings }, client, () => now);
const find = (keys: IssuerKeys, kid?: string) =>
  keys.select({ alg: 'ES256', ...(kid !== undefined && { kid }) }, { payload: '', signature: '' });
const missing = { code: 'ERR_JWKS_NO_MATCHING_KEY' };
const away = { kind: 'unavailable' };

describe('the keys of an issuer', () => {
  it('are fetched once, where its metadata say', async () => {
    const keys = keysOf();
    await Promise.all([find(keys, 'a'), find(keys, 'a'), keys.warmUp()]);
    await find(keys, 'a');
    expect(fetches).toBe(1);
  });

  it('need no metadata when the operator has named the place', async () => {
    metadata = {};
    expect(await find(keysOf({ jwksUri: `${issuer}/keys` }), 'a')).toBeDefined();
  });

  it('are not taken from the metadata of another issuer', async () => {
    metadata = { issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` };
    await expect(find(keysOf(), 'a')).rejects.toMatchObject(away);
    expect(fetches).toBe(0);
  });

  it('are the only one there is, or one that is named', async () => {
    const keys = keysOf();
    expect(await find(keys)).toBeDefined();
    published.keys.push(publicPart('b'));
    now += HOUR;
    await expect(find(keys)).rejects.toMatchObject(missing);
  });

  it('are looked up again for the sake of an unknown name, every 30 seconds at most', async () => {
    const keys = keysOf();
    await find(keys, 'a');
    for (let tries = 0; tries < 10; tries += 1) {
      await expect(find(keys, `x${tries}`)).rejects.toMatchObject(missing);
    }
    expect(fetches).toBe(2);
    published.keys = [publicPart('b')];
    await expect(find(keys, 'b')).rejects.toMatchObject(missing);
    now += 30_000;
    expect(await find(keys, 'b')).toBeDefined();
    await expect(find(keys, 'a')).rejects.toMatchObject(missing);
    expect(fetches).toBe(3);
  });

  it.each([
    ['nothing is said', {}, 5 * MINUTE],
    ['less is said', { 'cache-control': 'public, max-age=1' }, 5 * MINUTE],
    ['an hour is said', { 'cache-control': 'max-age=3600, must-revalidate' }, HOUR],
    ['too much is said', { 'cache-control': 'max-age=99999999' }, 24 * HOUR],
  ])('are kept for a time between five minutes and a day: %s', async (_what, headers, life) => {
    published.headers = headers;
    const keys = keysOf();
    await find(keys, 'a');
    now += life - 1;
    await find(keys, 'a');
    expect(fetches).toBe(1);
    now += 1;
    await find(keys, 'a');
    expect(fetches).toBe(2);
  });

  it('do for a day while no newer ones can be had', async () => {
    const keys = keysOf();
    await find(keys, 'a');
    published.status = 500;
    now += HOUR;
    for (let tries = 0; tries < 3; tries += 1) expect(await find(keys, 'a')).toBeDefined();
    now += 23 * HOUR - 1;
    expect(await find(keys, 'a')).toBeDefined();
    now += 1;
    await expect(find(keys, 'a')).rejects.toMatchObject(away);
    published.status = 200;
    expect(await find(keys, 'a')).toBeDefined();
  });

  it('are asked for again when they could not be had at first', async () => {
    published.status = 503;
    const keys = keysOf();
    await keys.warmUp();
    await expect(find(keys, 'a')).rejects.toMatchObject(away);
    published.status = 200;
    expect(await find(keys, 'a')).toBeDefined();
  });

  it('that nobody can use are as good as none', async () => {
    published.keys = [{ ...publicPart('a'), x: '!' }];
    await expect(find(keysOf(), 'a')).rejects.toMatchObject({ code: 'ERR_JWKS_INVALID' });
  });
});
