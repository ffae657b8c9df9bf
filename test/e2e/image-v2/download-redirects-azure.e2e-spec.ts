import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startAzureCloud, type Cloud } from '../../support/clouds.js';
import { ImageDataFixture } from '../../support/image-data.js';

const BYTES = randomBytes(200_000);
let cloud: Cloud;
let fixture: ImageDataFixture;

beforeAll(async () => {
  cloud = await startAzureCloud();
  fixture = await ImageDataFixture.start({
    CATALOG_DOWNLOAD_REDIRECTS: 'on',
    CATALOG_STORES: JSON.stringify([{ ...cloud.store, id: 'far' }]),
    ...cloud.environment,
  });
});

afterAll(async () => {
  await fixture.close();
  await cloud.close();
});

/** @returns where the download of a new image leads to */
async function redirected(headers: Record<string, string> = {}): Promise<URL> {
  const id = await fixture.activeImage(BYTES);
  const reply = await fixture.download(id, headers);
  expect([reply.status, reply.bytes.length]).toEqual([307, 0]);
  expect(reply.headers['cache-control']).toBe('no-store');
  return new URL(String(reply.headers.location));
}

async function follow(location: URL, headers: Record<string, string> = {}) {
  const reply = await fetch(location, { headers });
  const type = reply.headers.get('content-type');
  return { status: reply.status, type, bytes: Buffer.from(await reply.arrayBuffer()) };
}

describe('307 to Azure', () => {
  it('leads to the bytes for at most a minute', async () => {
    const location = await redirected();
    expect(location.origin).toBe(cloud.relay.origin);
    const seconds = (Date.parse(location.searchParams.get('se') ?? '') - Date.now()) / 1000;
    expect(seconds > 0 && seconds <= 60).toBe(true);
    const { status, type, bytes } = await follow(location);
    expect([status, type]).toEqual([200, 'application/octet-stream']);
    expect(bytes.equals(BYTES)).toBe(true);
  });

  it('leads to a range', async () => {
    const headers = { range: 'bytes=1000-1999' };
    const { status, bytes } = await follow(await redirected(headers), headers);
    expect(status).toBe(206);
    expect(bytes.equals(BYTES.subarray(1000, 2000))).toBe(true);
  });

  it('is good for reading this image and nothing else', async () => {
    const [location, other] = [await redirected(), await redirected()];
    const elsewhere = new URL(`${other.pathname}${location.search}`, location);
    expect((await follow(elsewhere)).status).toBe(403);
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(403);
    expect((await follow(location)).status).toBe(200);
  });

  it('is not for a range that counts from the end, which Azure does not know', async () => {
    const id = await fixture.activeImage(BYTES);
    const { status, bytes } = await fixture.download(id, { range: 'bytes=-10' });
    expect(status).toBe(206);
    expect(bytes.equals(BYTES.subarray(-10))).toBe(true);
  });
});
