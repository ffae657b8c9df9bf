import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { expectStatus } from '../../support/image-api.js';
import { eventually, ImageDataFixture, unknownId } from '../../support/image-data.js';
import { startMultipartServer, type RelayedS3Server } from '../../support/s3-server.js';

const SIZE = 400_000;
/** Two images of {@link SIZE} fit, or one of these. */
const LARGE = 900_000;
const WAIT_MS = 20_000;
const SDK_TRIES = 3;
const BYTES = randomBytes(SIZE);
let server: RelayedS3Server;
let fixture: ImageDataFixture;

beforeAll(async () => {
  server = await startMultipartServer();
  const { bucket, endpoint } = server.settings;
  process.env['TEST_CACHE_S3_SECRET'] = 'S3RVER';
  fixture = await ImageDataFixture.start({
    CATALOG_IMAGE_CACHE: 'on',
    CATALOG_IMAGE_CACHE_MAX_BYTES: '1000000',
    TEST_CACHE_S3_SECRET: 'S3RVER',
    CATALOG_STORES: JSON.stringify([
      {
        id: 'far',
        driver: 's3',
        bucket,
        endpoint,
        accessKeyId: 'S3RVER',
        secretAccessKey: { env: 'TEST_CACHE_S3_SECRET' },
      },
    ]),
  });
});

afterAll(async () => {
  await fixture.close();
  await server.close();
});

beforeEach(async () => {
  server.relay.fault = () => null;
  expectStatus(await call('DELETE', ''), 204);
});

const call = (
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  headers = {},
  token = fixture.token,
) => fixture.app.request(method, `/image/v2/cache${path}`, { token, headers });

const cached = async (): Promise<{ image_id: string; hits: number }[]> =>
  (await call('GET', '')).body.cached_images;
const cachedIds = async () => (await cached()).map((each) => each.image_id).toSorted();
const isCached = (...ids: string[]) =>
  eventually(async () => expect(await cachedIds()).toEqual(ids.toSorted()), WAIT_MS);
const partials = () => readdir(join(fixture.directory, 'cache', 'partial'));
const act = (id: string, action: string) =>
  fixture.app.request('POST', `/image/v2/images/${id}/actions/${action}`, {
    token: fixture.token,
    headers: {},
  });

/** An image whose data is cached, and whose store does not answer. */
async function onlyCached(attributes: object = {}): Promise<string> {
  const id = await fixture.activeImage(BYTES, attributes);
  expect((await fixture.download(id)).status).toBe(200);
  await isCached(id);
  breakStore();
  return id;
}

function breakStore(): void {
  server.relay.fault = (method) => (method === 'GET' ? 'reset' : null);
}

describe('a download', () => {
  it('caches what passes, and the next ones do not ask the store', async () => {
    const id = await onlyCached();
    const whole = await fixture.download(id);
    expect(whole.bytes.equals(BYTES)).toBe(true);
    const part = await fixture.download(id, { range: 'bytes=1000-1999' });
    expect([part.status, part.bytes.equals(BYTES.subarray(1000, 2000))]).toEqual([206, true]);
    expect((await cached())[0]).toMatchObject({
      image_id: id,
      size: SIZE,
      hits: 2,
      checksum: (await fixture.show(id)).checksum,
      last_accessed: expect.any(Number),
      last_modified: expect.any(Number),
    });
  });

  it('of a part caches nothing', async () => {
    const id = await fixture.activeImage(BYTES);
    expect((await fixture.download(id, { range: 'bytes=0-9' })).status).toBe(206);
    expect([await cached(), await partials()]).toEqual([[], []]);
  });

  it('by many at once gives each all bytes and makes one copy', async () => {
    const id = await fixture.activeImage(BYTES);
    const replies = await Promise.all(Array.from({ length: 8 }, () => fixture.download(id)));
    expect(replies.every(({ bytes }) => bytes.equals(BYTES))).toBe(true);
    await isCached(id);
    expect(await partials()).toEqual([]);
  });

  it('that the client leaves in the middle leaves nothing behind', async () => {
    const large = randomBytes(LARGE);
    const id = await fixture.activeImage(large);
    const origin = await fixture.app.listen();
    await new Promise<void>((resolve, reject) => {
      const request = http.get(
        `${origin}/image/v2/images/${id}/file`,
        { headers: { 'x-auth-token': fixture.token } },
        (reply) => {
          reply.once('data', () => {
            request.destroy();
            resolve();
          });
        },
      );
      request.once('error', reject);
    }).catch(() => undefined);
    await eventually(async () => expect(await partials()).toEqual([]));
    const ids = await cachedIds();
    // All of it may have been on its way already; what is cached is whole in any case.
    expect(ids.length === 0 || ids[0] === id).toBe(true);
    expect((await fixture.download(id)).bytes.equals(large)).toBe(true);
    await isCached(id);
    breakStore();
    expect((await fixture.download(id)).bytes.equals(large)).toBe(true);
  });

  it('that breaks off at the store is not cached', async () => {
    const id = await fixture.activeImage(BYTES);
    server.relay.fault = (method) => (method === 'GET' ? { cutAfter: 100_000 } : null);
    await fixture.download(id).catch(() => undefined);
    await eventually(async () => expect(await partials()).toEqual([]));
    expect(await cached()).toEqual([]);
  });

  it('of other bytes than the record says is not cached', async () => {
    const id = await fixture.activeImage(BYTES);
    await fixture.app.database.pool.query(
      "UPDATE images SET os_hash_value = repeat('0', 128) WHERE id = $1",
      [id],
    );
    expect((await fixture.download(id)).status).toBe(200);
    await eventually(async () => expect(await partials()).toEqual([]));
    expect(await cached()).toEqual([]);
  });

  it('of what is larger than the cache is not cached', async () => {
    const small = await fixture.activeImage(BYTES);
    await fixture.download(small);
    await isCached(small);
    const large = await fixture.activeImage(randomBytes(1_000_001));
    expect((await fixture.download(large)).status).toBe(200);
    expect(await cachedIds()).toEqual([small]);
  });

  it('makes room for what is used at the cost of what is not', async () => {
    const [first, second, third] = [
      await fixture.activeImage(BYTES),
      await fixture.activeImage(BYTES),
      await fixture.activeImage(BYTES),
    ];
    await fixture.download(first);
    await isCached(first);
    await fixture.download(second);
    await isCached(first, second);
    await fixture.download(first);
    expect((await fixture.download(third)).status).toBe(200);
    await isCached(first, third);
  });

  it('works when the copy is damaged, which is made anew', async () => {
    const id = await fixture.activeImage(BYTES);
    await fixture.download(id);
    await isCached(id);
    const images = join(fixture.directory, 'cache', 'images');
    const [name = ''] = await readdir(images);
    await writeFile(join(images, name), 'damaged');
    expect((await fixture.download(id)).bytes.equals(BYTES)).toBe(true);
    await eventually(
      async () => expect((await cached())[0]).toMatchObject({ size: SIZE }),
      WAIT_MS,
    );
  });

  it('works when the disk of the cache does not', async () => {
    const id = await fixture.activeImage(BYTES);
    const directory = join(fixture.directory, 'cache');
    await rename(directory, `${directory}.away`);
    await writeFile(directory, 'not a directory');
    expect((await fixture.download(id)).bytes.equals(BYTES)).toBe(true);
    await rm(directory);
    await rename(`${directory}.away`, directory);
    expect(await cached()).toEqual([]);
  });
});

describe('what is cached', () => {
  it('is served to nobody who may not read the image (S-19)', async () => {
    const id = await onlyCached({ visibility: 'private' });
    expect((await fixture.download(id, {}, await fixture.stranger())).status).toBe(404);
    const anonymous = await fixture.app.request('GET', `/image/v2/images/${id}/file`);
    expect(anonymous.status).toBe(401);
    expect((await fixture.download(id)).status).toBe(200);
  });

  it('is not served to readers, nor when the image is deactivated but to admins', async () => {
    const id = await onlyCached({ visibility: 'public' });
    const reader = (await fixture.identity.member('reader')).token;
    const member = await fixture.stranger();
    expect((await fixture.download(id, {}, reader)).status).toBe(403);
    expect((await fixture.download(id, {}, member)).status).toBe(200);
    expect((await act(id, 'deactivate')).status).toBe(204);
    expect((await fixture.download(id, {}, member)).status).toBe(403);
    expect((await fixture.download(id)).status).toBe(200);
    expect((await act(id, 'reactivate')).status).toBe(204);
    expect((await fixture.download(id, {}, member)).status).toBe(200);
  });

  it('is out of reach as soon as a share is withdrawn (S-18)', async () => {
    const id = await onlyCached({ visibility: 'shared' });
    const { token, projectId } = await fixture.identity.member();
    const members = `/image/v2/images/${id}/members`;
    const body = { member: projectId };
    await fixture.app.request('POST', members, { token: fixture.token, body });
    expect((await fixture.download(id, {}, token)).status).toBe(200);
    const url = `${members}/${projectId}`;
    await fixture.app.request('DELETE', url, { token: fixture.token, headers: {} });
    expect((await fixture.download(id, {}, token)).status).toBe(404);
  });

  it('goes with the image', async () => {
    const id = await onlyCached();
    await fixture.app.request('DELETE', `/image/v2/images/${id}`, {
      token: fixture.token,
      headers: {},
    });
    expect((await fixture.download(id)).status).toBe(404);
    await isCached();
  });

  it('is there for other processes of the node, and after a restart', async () => {
    const id = await onlyCached();
    const { app } = await fixture.replica();
    const reply = await app.inject({
      url: `/image/v2/images/${id}/file`,
      headers: { 'x-auth-token': fixture.token },
    });
    expect(reply.rawPayload.equals(BYTES)).toBe(true);
  });
});

describe('PUT /v2/cache/{id}', () => {
  it('202: caches the image without a download', async () => {
    const id = await fixture.activeImage(BYTES);
    expect((await call('PUT', `/${id}`)).status).toBe(202);
    await isCached(id);
    await eventually(async () => expect((await call('GET', '')).body.queued_images).toEqual([]));
    breakStore();
    expect((await fixture.download(id)).bytes.equals(BYTES)).toBe(true);
  });

  it('202: waits for a store that is away', async () => {
    const id = await fixture.activeImage(BYTES);
    let reads = 0;
    server.relay.fault = (method) => {
      if (method !== 'GET') return null;
      reads += 1;
      return 'reset';
    };
    expect((await call('PUT', `/${id}`)).status).toBe(202);
    await eventually(async () => {
      expect(reads).toBeGreaterThanOrEqual(SDK_TRIES);
      expect(await partials()).toEqual([]);
    }, WAIT_MS);
    expect((await call('GET', '')).body).toEqual({ cached_images: [], queued_images: [id] });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', '')).body.queued_images).toEqual([]);
  });

  it('400: not for images that are not active', async () => {
    const id = await fixture.createImage();
    expect((await call('PUT', `/${id}`)).status).toBe(400);
  });

  it('404: not for images that do not exist', async () => {
    expect((await call('PUT', `/${unknownId()}`)).status).toBe(404);
  });
});

describe.each([
  ['', ''],
  ['/nodes/{image_id}', `/nodes/${unknownId()}`],
])('GET /v2/cache%s', (_pattern, path) => {
  it('400: takes no body', async () => {
    const url = `/image/v2/cache${path}`;
    const request = { token: fixture.token, body: {} };
    expect((await fixture.app.request('GET', url, request)).status).toBe(400);
  });
});

describe('DELETE /v2/cache', () => {
  it('204: empties the queue and leaves the cache', async () => {
    const id = await onlyCached();
    const queued = unknownId();
    await writeFile(join(fixture.directory, 'cache', 'queue', queued), '');
    const target = 'x-image-cache-clear-target';
    expect((await call('DELETE', '', { [target]: 'queue' })).status).toBe(204);
    expect((await call('GET', '')).body).toMatchObject({
      queued_images: [],
      cached_images: [{ image_id: id }],
    });
    expect((await call('DELETE', '', { [target]: 'cache' })).status).toBe(204);
    expect(await cached()).toEqual([]);
  });

  it('400: refuses another target', async () => {
    const reply = await call('DELETE', '', { 'x-image-cache-clear-target': 'all' });
    expect(reply.status).toBe(400);
  });
});

describe('DELETE /v2/cache/{id}', () => {
  it('204: takes the copy away and leaves the image', async () => {
    const id = await onlyCached();
    server.relay.fault = () => null;
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect(await cached()).toEqual([]);
    expect((await fixture.download(id)).bytes.equals(BYTES)).toBe(true);
  });

  it('204: is fine with an image that is not cached', async () => {
    expect((await call('DELETE', `/${await fixture.createImage()}`)).status).toBe(204);
  });

  it('404: there is neither', async () => {
    expect((await call('DELETE', `/${unknownId()}`)).status).toBe(404);
    expect((await call('DELETE', '/no-id')).status).toBe(404);
  });
});

describe('the other operations', () => {
  it('GET /v2/cache/nodes/{id} 409: nodes do not know of each other; 404: no image', async () => {
    const id = await fixture.createImage();
    expect((await call('GET', `/nodes/${id}`)).status).toBe(409);
    expect((await call('GET', `/nodes/${unknownId()}`)).status).toBe(404);
  });

  it('POST /v2/cache/clean 200: removes what belongs to no image or no process', async () => {
    const id = await onlyCached();
    const cacheDirectory = join(fixture.directory, 'cache');
    const [name = ''] = await readdir(join(cacheDirectory, 'images'));
    const forsaken = name.replace(id, unknownId());
    await writeFile(join(cacheDirectory, 'images', forsaken), 'x');
    const partial = join(cacheDirectory, 'partial', `${forsaken}.0000`);
    await writeFile(partial, 'x');
    await utimes(partial, 0, 0);
    expect(await cached()).toHaveLength(2);
    expect((await call('POST', '/clean')).status).toBe(200);
    expect([await cachedIds(), await partials()]).toEqual([[id], []]);
  });

  it('POST /v2/cache/prune 200: tells what went', async () => {
    const id = await onlyCached();
    const images = join(fixture.directory, 'cache', 'images');
    const [name = ''] = await readdir(images);
    await writeFile(join(images, name.replace(id, unknownId())), Buffer.alloc(700_000));
    const { body } = await call('POST', '/prune');
    expect(body).toEqual({ total_files_pruned: 1, total_bytes_pruned: SIZE });
  });

  it('403: are for admins', async () => {
    const member = await fixture.stranger();
    const { status } = await call('GET', '', {}, member);
    expect(status).toBe(403);
  });

  it('are advertised', async () => {
    const { body } = await fixture.app.request('GET', '/image/versions');
    expect(body.versions[0]).toMatchObject({ id: 'v2.18', status: 'CURRENT' });
    expect(body.versions[2]).toMatchObject({ id: 'v2.16', status: 'SUPPORTED' });
  });
});
