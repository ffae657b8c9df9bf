import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ImageDataRepository } from '../../../src/images/application/ports/image-data.repository.js';
import { ImageDataStores } from '../../../src/images/application/ports/image-data-stores.js';
import { ImageDataFixture, eventually, unknownId } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { startSigningServer, type S3Server } from '../../support/s3-server.js';

const BYTES = randomBytes(200_000);
const WAIT_MS = 20_000;
let server: S3Server;
let fixture: ImageDataFixture;

beforeAll(async () => {
  server = await startSigningServer();
  const { bucket, endpoint, accessKeyId } = server.settings;
  process.env['TEST_REDIRECT_S3_SECRET'] = 'S3RVER';
  fixture = await ImageDataFixture.start({
    CATALOG_DOWNLOAD_REDIRECTS: 'on',
    CATALOG_IMAGE_CACHE: 'on',
    TEST_REDIRECT_S3_SECRET: 'S3RVER',
    CATALOG_STORES: JSON.stringify([
      {
        id: 'far',
        driver: 's3',
        bucket,
        endpoint,
        accessKeyId,
        secretAccessKey: { env: 'TEST_REDIRECT_S3_SECRET' },
        default: true,
        weight: 10,
      },
      { id: 'near', driver: 'memory' },
    ]),
  });
});

afterAll(async () => {
  await fixture.close();
  await server.close();
});

/** As clients do that are careful with their token: it stays here. */
async function follow(location: unknown, headers: Record<string, string> = {}) {
  const reply = await fetch(String(location), { headers });
  return { status: reply.status, bytes: Buffer.from(await reply.arrayBuffer()) };
}

async function removeFromFar(id: string): Promise<void> {
  const { app } = fixture.app;
  const [place] = await app.get(ImageDataRepository, { strict: false }).locations(id);
  await app.get(ImageDataStores, { strict: false }).writable('far').delete(place!.key);
}

/** An image with a copy in both stores, the better one far. */
async function copiedImage(): Promise<string> {
  const id = await fixture.activeImage(BYTES);
  const imports = new Imports(fixture);
  expect((await imports.copy(id, { stores: ['near'] })).status).toBe(202);
  expect((await imports.ended(id)).task.status).toBe('success');
  return id;
}

const deactivate = (id: string) =>
  fixture.app.request('POST', `/image/v2/images/${id}/actions/deactivate`, {
    token: fixture.token,
    headers: {},
  });

describe('307', () => {
  it('leads to the bytes for at most a minute, and nobody may remember it', async () => {
    const id = await fixture.activeImage(BYTES);
    const reply = await fixture.download(id);
    expect([reply.status, reply.bytes.length]).toEqual([307, 0]);
    expect(reply.headers['cache-control']).toBe('no-store');
    const url = new URL(String(reply.headers.location));
    expect(url.origin).toBe(server.settings.endpoint);
    const seconds = Number(url.searchParams.get('X-Amz-Expires'));
    expect(seconds > 0 && seconds <= 60).toBe(true);
    const followed = await follow(reply.headers.location);
    expect([followed.status, followed.bytes.equals(BYTES)]).toEqual([200, true]);
  });

  it('leads to a range that names its first byte', async () => {
    const id = await fixture.activeImage(BYTES);
    for (const [range, expected] of [
      ['bytes=1000-1999', BYTES.subarray(1000, 2000)],
      ['bytes=199000-', BYTES.subarray(199_000)],
    ] as const) {
      const reply = await fixture.download(id, { range });
      expect(reply.status).toBe(307);
      const followed = await follow(reply.headers.location, { range });
      expect([followed.status, followed.bytes.equals(expected)]).toEqual([206, true]);
    }
  });

  it('is for admins when the image is deactivated; 403 for others', async () => {
    const owner = await fixture.identity.member();
    const id = await fixture.createImage({}, owner.token);
    await fixture.upload(id, BYTES, {}, owner.token);
    expect((await fixture.download(id, {}, owner.token)).status).toBe(307);
    expect((await deactivate(id)).status).toBe(204);
    expect((await fixture.download(id, {}, owner.token)).status).toBe(403);
    expect((await fixture.download(id)).status).toBe(307);
  });
});

describe('nobody is redirected', () => {
  it('who may not have the data, or for whom there is none', async () => {
    const id = await fixture.activeImage(BYTES);
    const open = await fixture.activeImage(BYTES, { visibility: 'public' });
    const reader = await fixture.identity.member('reader');
    const statuses = [
      await fixture.download(id, {}, await fixture.stranger()),
      await fixture.download(unknownId()),
      await fixture.download(open, {}, reader.token),
      await fixture.download(await fixture.createImage()),
      await fixture.download(id, { range: 'bytes=0-1,3-4' }),
      await fixture.download(id, { range: 'bytes=200000-' }),
      await fixture.download(id, {}, 'nonsense'),
    ].map(({ status, headers }) => [status, headers.location]);
    expect(statuses.map(([status]) => status)).toEqual([404, 404, 403, 204, 400, 416, 401]);
    expect(statuses.every(([, location]) => location === undefined)).toBe(true);
    const { headers } = await fixture.download(await nearImage());
    const unchanged = { 'if-none-match': String(headers.etag) };
    expect((await fixture.download(id, unchanged)).status).toBe(304);
  });

  it('who asks for what stores do not know', async () => {
    const id = await fixture.activeImage(BYTES);
    const { etag } = (await fixture.download(id, { range: 'bytes=-1' })).headers;
    for (const headers of [
      { range: 'bytes=0-9', 'if-range': String(etag) },
      { 'content-range': 'bytes 0-9/*' },
      { range: 'bytes=-200010' },
    ]) {
      const reply = await fixture.download(id, headers);
      expect([headers, reply.status]).toEqual([headers, 206]);
      expect(reply.bytes.equals(BYTES.subarray(0, reply.bytes.length))).toBe(true);
    }
  });

  it('when a store without such URLs is preferred', async () => {
    const id = await copiedImage();
    const reply = await fixture.download(id, {}, fixture.token, '?prefer=near');
    expect([reply.status, reply.bytes.equals(BYTES)]).toEqual([200, true]);
    expect((await fixture.download(id)).status).toBe(307);
  });

  it('to data that is missing or of another size: the next copy counts, or 404 (R-13)', async () => {
    const [copied, single, other] = [
      await copiedImage(),
      await fixture.activeImage(BYTES),
      await fixture.activeImage(BYTES),
    ];
    await removeFromFar(copied);
    await removeFromFar(single);
    await fixture.app.database.pool.query('UPDATE images SET size = size + 1 WHERE id = $1', [
      other,
    ]);
    expect((await fixture.download(copied)).bytes.equals(BYTES)).toBe(true);
    expect((await fixture.download(single)).status).toBe(404);
    expect((await fixture.download(other)).status).toBe(404);
  });

  it('when this node has the data in its cache', async () => {
    const id = await fixture.activeImage(BYTES);
    const { token } = fixture;
    const queued = await fixture.app.request('PUT', `/image/v2/cache/${id}`, {
      token,
      headers: {},
    });
    expect(queued.status).toBe(202);
    await eventually(async () => {
      const reply = await fixture.download(id);
      expect([reply.status, reply.bytes.equals(BYTES)]).toEqual([200, true]);
    }, WAIT_MS);
  });
});

/** The same bytes in a store that everything is served from. */
async function nearImage(): Promise<string> {
  const id = await fixture.createImage();
  expect((await fixture.upload(id, BYTES, { 'x-image-meta-store': 'near' })).status).toBe(204);
  return id;
}
