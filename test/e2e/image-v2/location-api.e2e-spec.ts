import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { eventually } from '../../support/image-data.js';
import { useImageApi, type ImageDocument } from '../../support/image-api.js';
import { imageFixture } from '../../support/image-fixtures.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';

const BYTES = Buffer.from('the bytes of an image');
const FORMATS = { disk_format: 'raw', container_format: 'bare' };
const PATIENCE_MS = 60_000;
const digest = (algorithm: string, bytes = BYTES) =>
  createHash(algorithm).update(bytes).digest('hex');

const WITH_WEB_STORE = {
  ...MAY_DOWNLOAD_HERE,
  CATALOG_STORES: JSON.stringify([
    { id: 'memory', driver: 'memory', default: true },
    { id: 'web', driver: 'http' },
  ]),
};

let source: SourceServer;
let url: string;
beforeAll(async () => {
  source = await SourceServer.start();
  url = source.serve('/disk', BYTES);
});
afterAll(() => source.close());

const api = useImageApi(WITH_WEB_STORE);

const add = (id: string, body: unknown, options: object = {}) =>
  api.post(`/images/${id}/locations`, body, options);
const said = (algorithm: string, value = digest(algorithm)) => ({
  validation_data: { os_hash_algo: algorithm, os_hash_value: value },
});
const byService = () => ({
  token: api.owner.reader,
  headers: { 'x-service-token': api.callers.service },
});

async function locationsOf(id: string): Promise<unknown> {
  return (await api.get(`/images/${id}/locations`, { token: api.owner.admin })).body;
}

/** Waits for the only task of the image. */
async function ended(id: string): Promise<{ image: ImageDocument; task: Record<string, unknown> }> {
  let task: Record<string, unknown> = {};
  await eventually(async () => {
    const { body } = await api.get(`/images/${id}/tasks`);
    expect(body.tasks).toHaveLength(1);
    task = body.tasks[0];
    expect(task['status']).toMatch(/success|failure/);
  }, PATIENCE_MS);
  return { image: await api.shown(id), task };
}

describe('POST /v2/images/{image_id}/locations', () => {
  describe('202 Accepted', () => {
    it.each(['sha256', 'md5', 'sha1', 'sha512'])(
      'makes the image active when the bytes have the %s that was said',
      async (algorithm) => {
        const { id } = await api.image(FORMATS);
        const value = digest(algorithm).toUpperCase();
        const { status, text } = await add(id, { url, ...said(algorithm, value) });
        expect([status, text]).toEqual([202, '']);
        const { image, task } = await ended(id);
        expect(task).toMatchObject({
          type: 'location_import',
          status: 'success',
          message: '',
          bytes_done: BYTES.length,
          bytes_total: BYTES.length,
        });
        expect(image).toMatchObject({
          status: 'active',
          size: BYTES.length,
          virtual_size: BYTES.length,
          checksum: digest('md5'),
          os_hash_algo: algorithm,
          os_hash_value: digest(algorithm),
        });
        expect(await locationsOf(id)).toEqual([{ url, metadata: {} }]);
        expect((await api.get(`/images/${id}/file`)).text).toBe(BYTES.toString());
      },
    );

    it('keeps the image importing, and without locations, until the bytes were compared', async () => {
      const half = source.serveHalf('/slow', BYTES.subarray(0, 5), BYTES.subarray(5));
      const { id } = await api.image(FORMATS);
      await add(id, { url: half.url, ...said('sha256') });
      expect(await api.shown(id)).toMatchObject({ status: 'importing', size: null });
      expect(await locationsOf(id)).toEqual([]);
      half.finish();
      expect((await ended(id)).image.status).toBe('active');
    });

    it('queues the image again, with a reason, when they have another hash', async () => {
      const { id } = await api.image(FORMATS);
      expect((await add(id, { url, ...said('sha256', 'a'.repeat(64)) })).status).toBe(202);
      const { image, task } = await ended(id);
      expect(task).toMatchObject({
        status: 'failure',
        message: 'The data at the location has another sha256 than was said.',
      });
      const nothing = { size: null, checksum: null, os_hash_algo: null, os_hash_value: null };
      expect(image).toMatchObject({ status: 'queued', ...nothing });
      expect(await locationsOf(id)).toEqual([]);
      expect((await add(id, { url })).status).toBe(202);
    });

    it('looks at the bytes as at those of an upload', async () => {
      const unsafe = Buffer.from(imageFixture('backing-file.qcow2'));
      const { id } = await api.image({ ...FORMATS, disk_format: 'qcow2' });
      const place = source.serve('/unsafe', unsafe);
      await add(id, { url: place, ...said('sha256', digest('sha256', unsafe)) });
      const { image, task } = await ended(id);
      expect([image.status, task['status']]).toEqual(['queued', 'failure']);
      expect(task['message']).toMatch(/backing/);
    });

    it.each([
      ['without validation data', {}],
      ['with empty validation data', { validation_data: {} }],
    ])('makes it active at once %s, and computes the hashes afterwards', async (_what, rest) => {
      const half = source.serveHalf(`/${randomUUID()}`, BYTES.subarray(0, 5), BYTES.subarray(5));
      const { id } = await api.image(FORMATS);
      // The size is asked for first, and only then the bytes.
      const reply = await add(id, { url: half.url, ...rest });
      expect(reply.status).toBe(202);
      const before = { status: 'active', size: BYTES.length, checksum: null, os_hash_value: null };
      expect(await api.shown(id)).toMatchObject(before);
      half.finish();
      const { image, task } = await ended(id);
      expect(task).toMatchObject({ type: 'location_import', status: 'success' });
      expect(image).toMatchObject({
        status: 'active',
        checksum: digest('md5'),
        os_hash_algo: 'sha512',
        os_hash_value: digest('sha512'),
      });
    });

    it('lets the image be deleted while it is hashed', async () => {
      const half = source.serveHalf('/deleted', BYTES.subarray(0, 5), BYTES.subarray(5));
      const { id } = await api.image(FORMATS);
      await add(id, { url: half.url });
      expect((await api.delete(`/images/${id}`)).status).toBe(204);
      half.finish();
      await eventually(async () => {
        const { rows } = await api.app.database.pool.query(
          'SELECT status, message FROM image_tasks WHERE image_id = $1',
          [id],
        );
        expect(rows).toEqual([{ status: 'failure', message: expect.stringMatching(/deleted/) }]);
      }, PATIENCE_MS);
    });

    it('is the answer to services, by their token beside that of a user, and to admins', async () => {
      const { id } = await api.image(FORMATS);
      expect((await add(id, { url }, { token: api.owner.reader })).status).toBe(403);
      expect((await add(id, { url }, byService())).status).toBe(202);
      const other = await api.image(FORMATS);
      expect((await add(other.id, { url }, { token: api.stranger.admin })).status).toBe(202);
    });

    it('never shows the place in the task', async () => {
      const { id } = await api.image(FORMATS);
      await add(id, { url, ...said('sha256') });
      const { task } = await ended(id);
      expect(task['input']).toEqual(said('sha256'));
      expect(JSON.stringify(task)).not.toContain(url);
    });
  });

  describe('400 Bad Request', () => {
    it.each<[string, unknown]>([
      ['no object', []],
      ['no url', {}],
      ['a url that is no text', { url: 7 }],
      ['a url that is none', { url: 'nonsense' }],
      ['credentials in the url', { url: 'http://user:secret@127.0.0.1/' }],
      ['another member', { url: 'http://127.0.0.1/', x: 1 }],
      ['validation data that is null', { url: 'http://127.0.0.1/', validation_data: null }],
      ['no value', { url: 'http://127.0.0.1/', validation_data: { os_hash_algo: 'sha256' } }],
      ['no algorithm', { url: 'http://127.0.0.1/', validation_data: { os_hash_value: 'a' } }],
      ['an unknown algorithm', { url: 'http://127.0.0.1/', ...said('sha384') }],
      ['a short value', { url: 'http://127.0.0.1/', ...said('sha256', 'abc') }],
      ['a value that is no number', { url: 'http://127.0.0.1/', ...said('md5', 'x'.repeat(32)) }],
      ['a url where nothing answers', { url: 'http://127.0.0.1:1/' }],
      ['a url of a forbidden host', { url: 'http://169.254.169.254/latest' }],
    ])('is the answer to %s', async (_what, body) => {
      const { id } = await api.image(FORMATS);
      const { status, text } = await add(id, body);
      expect(status).toBe(400);
      expect(text).not.toContain('secret');
      expect(await api.shown(id)).toMatchObject({ status: 'queued' });
    });

    it('is the answer where nothing is, and while a format is unset', async () => {
      const { id } = await api.image();
      expect((await add(id, { url })).status).toBe(400);
      const formed = await api.image(FORMATS);
      expect((await add(formed.id, { url: `${source.origin}/missing` })).status).toBe(400);
    });

    it('is the answer to services that name what is the operator’s', async () => {
      const { id } = await api.image(FORMATS);
      for (const place of ['file:///etc/passwd', 's3://bucket/key', 'swift+config://x/y']) {
        expect((await add(id, { url: place }, byService())).status).toBe(400);
      }
    });
  });

  describe('403 Forbidden', () => {
    it.each(['file:///etc/passwd', 'filesystem:///x', 'rbd://pool/image', 's3://bucket/key'])(
      'is the answer to users who name %s',
      async (place) => {
        const { id } = await api.image(FORMATS);
        expect((await add(id, { url: place })).status).toBe(403);
        expect((await add(id, { url: place }, { token: api.owner.admin })).status).toBe(403);
      },
    );

    it('is the answer to those who only see the image', async () => {
      const { id } = await api.image({ ...FORMATS, visibility: 'community' });
      expect((await add(id, { url }, { token: api.stranger.member })).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to those who do not see the image, services too', async () => {
      const { id } = await api.image(FORMATS);
      expect((await add(id, { url }, { token: api.stranger.member })).status).toBe(404);
      expect((await add(id, { url }, { token: api.callers.service })).status).toBe(404);
      expect((await add(randomUUID(), { url })).status).toBe(404);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer unless the image is queued, before anything about the owner or the place', async () => {
      const id = await api.storedImage({ visibility: 'public' });
      expect((await add(id, { url })).status).toBe(409);
      const stranger = { token: api.stranger.member };
      expect((await add(id, { url: 'rbd://x' }, stranger)).status).toBe(409);
    });
  });

  describe('413 Content Too Large', () => {
    it('is the answer when the tenant has no room for the bytes', async () => {
      const path = `/catalog/v1/tenants/${api.partner.tenantId}/quota`;
      const body = { image_bytes: 5 };
      await api.app.request('PUT', path, { token: api.owner.admin, body });
      const { id } = await api.image(FORMATS, api.partner.member);
      const options = { token: api.partner.member };
      expect((await add(id, { url }, options)).status).toBe(413);
      expect((await add(id, { url, ...said('sha256') }, options)).status).toBe(413);
      expect((await api.shown(id)).status).toBe('queued');
    });
  });
});

describe('GET /v2/images/{image_id}/locations', () => {
  const list = (id: string, options: object) => api.get(`/images/${id}/locations`, options);

  describe('200 OK', () => {
    it('is the answer to services and admins', async () => {
      const { id } = await api.image(FORMATS);
      expect((await list(id, byService())).body).toEqual([]);
      await add(id, { url });
      const expected = [{ url, metadata: {} }];
      for (const options of [byService(), { token: api.stranger.admin }]) {
        const { status, body } = await list(id, options);
        expect([status, body]).toEqual([200, expected]);
      }
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a body', async () => {
      const { id } = await api.image();
      expect((await list(id, { ...byService(), body: {} })).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to the owner', async () => {
      const { id } = await api.image();
      expect((await list(id, { token: api.owner.manager })).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to those who do not see the image', async () => {
      const { id } = await api.image();
      expect((await list(id, { token: api.stranger.member })).status).toBe(404);
    });
  });
});

describe('without hashing', () => {
  const trusting = useImageApi({ ...WITH_WEB_STORE, CATALOG_LOCATION_HASHING: 'off' });

  it('what is said is believed, and there is no task', async () => {
    const { id } = await trusting.image(FORMATS);
    const value = 'a'.repeat(64);
    const { status } = await trusting.post(`/images/${id}/locations`, {
      url,
      ...said('sha256', value),
    });
    expect(status).toBe(202);
    expect(await trusting.shown(id)).toMatchObject({
      status: 'active',
      size: BYTES.length,
      checksum: null,
      os_hash_algo: 'sha256',
      os_hash_value: value,
    });
    expect((await trusting.get(`/images/${id}/tasks`)).body.tasks).toEqual([]);
  });
});
