import { afterAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { useImageApi, type ImageDocument } from '../../support/image-api.js';

const BYTES = Buffer.from('the bytes of an image');
const SHA512 = createHash('sha512').update(BYTES).digest('hex');
const FORMATS = { disk_format: 'raw', container_format: 'bare' };

/** A web server whose every path below `/images` has the same bytes; `/empty` has none. */
const server = http.createServer((request, response) => {
  if (request.url === '/empty') response.setHeader('content-length', 0).end();
  else if (request.url?.startsWith('/images') === true) {
    response.setHeader('content-length', BYTES.length).end(BYTES);
  } else response.writeHead(404).end();
});
/** Its port is free by chance, and the configuration names it. */
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    resolve((server.address() as AddressInfo).port);
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const STORES = JSON.stringify([
  { id: 'memory', driver: 'memory', weight: 5, default: true },
  { id: 'web', driver: 'http' },
]);
const OUTBOUND = {
  CATALOG_STORES: STORES,
  CATALOG_IMPORT_PORTS_ALLOWED: String(port),
  CATALOG_IMPORT_INTERNAL_HOSTS: '127.0.0.1',
};
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
const location = (path: string, metadata: object = {}) => ({ url: at(path), metadata });

const api = useImageApi({
  ...OUTBOUND,
  CATALOG_SHOW_MULTIPLE_LOCATIONS: 'on',
  CATALOG_SHOW_DIRECT_URL: 'on',
  CATALOG_IMAGE_LOCATION_QUOTA: '3',
});

const add = (id: string, value: object, position: string | number = '-') =>
  api.patch(id, [{ op: 'add', path: `/locations/${position}`, value }]);
const replace = (id: string, value: unknown) =>
  api.patch(id, [{ op: 'replace', path: '/locations', value }]);

/** An image whose data is at these paths of the web server. */
async function located(...paths: string[]): Promise<ImageDocument> {
  const { id } = await api.image(FORMATS);
  for (const path of paths) await add(id, location(path));
  return api.shown(id);
}

describe('PATCH /v2/images/{image_id} of locations', () => {
  describe('200 OK', () => {
    it('makes a queued image active, with the size of what is there and without hashes', async () => {
      const image = await api.image(FORMATS);
      expect(image['locations']).toEqual([]);
      const { status, body } = await add(image.id, location('/images/a', { a: 'b' }));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'active',
        size: BYTES.length,
        checksum: null,
        os_hash_value: null,
        locations: [{ url: at('/images/a'), metadata: { a: 'b' } }],
        direct_url: at('/images/a'),
        stores: 'web',
      });
    });

    it('lets the data be downloaded', async () => {
      const { id } = await located('/images/b');
      const { status, text } = await api.get(`/images/${id}/file`);
      expect([status, text]).toEqual([200, BYTES.toString()]);
    });

    it('takes validation data over, without ever showing it', async () => {
      const { id } = await api.image(FORMATS);
      const validation = {
        os_hash_algo: 'sha512',
        os_hash_value: SHA512,
        checksum: 'A'.repeat(32),
      };
      const { body } = await add(id, { ...location('/images/c'), validation_data: validation });
      expect(body).toMatchObject({ os_hash_algo: 'sha512', os_hash_value: SHA512 });
      expect(body.checksum).toBe('a'.repeat(32));
      expect(body.locations).toEqual([location('/images/c')]);
    });

    it('applies the other operations first, all or nothing', async () => {
      const { id } = await api.image();
      const operations = [
        { op: 'add', path: '/disk_format', value: 'raw' },
        { op: 'add', path: '/container_format', value: 'bare' },
        { op: 'add', path: '/locations/-', value: location('/images/d') },
      ];
      const refused = await api.patch(id, [...operations, { op: 'remove', path: '/locations/7' }]);
      expect(refused.status).toBe(403);
      expect(await api.shown(id)).toMatchObject({ status: 'queued', disk_format: null });
      expect((await api.patch(id, operations)).body.status).toBe('active');
    });

    it('keeps the order that clients choose', async () => {
      const { id } = await located('/images/1', '/images/2');
      await add(id, location('/images/0'), 0);
      const urls = ((await api.shown(id))['locations'] as { url: string }[]).map(({ url }) => url);
      expect(urls).toEqual([at('/images/0'), at('/images/1'), at('/images/2')]);
    });

    it('is the answer to other metadata, another order, and the same list', async () => {
      const { id, locations } = await located('/images/1', '/images/2');
      expect((await replace(id, locations)).status).toBe(200);
      const changed = [location('/images/2', { rack: '7' }), location('/images/1')];
      expect((await replace(id, changed)).body.locations).toEqual(changed);
    });

    it('replaces no locations by several', async () => {
      const { id } = await api.image(FORMATS);
      const wanted = [location('/images/1'), location('/images/2')];
      expect((await replace(id, wanted)).body).toMatchObject({
        status: 'active',
        locations: wanted,
      });
    });

    it('lets an admin remove one of several', async () => {
      const { id } = await located('/images/1', '/images/2');
      const remove = [{ op: 'remove', path: '/locations/0' }];
      const { status, body } = await api.patch(id, remove, { token: api.owner.admin });
      expect(status).toBe(200);
      expect(body.locations).toEqual([location('/images/2')]);
    });

    it('takes a place that another image has, too: it stays whose it is', async () => {
      const [first, second] = [await located('/images/same'), await located('/images/same')];
      expect([first.status, second.status]).toEqual(['active', 'active']);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['file:///etc/passwd'],
      ['filesystem:///x'],
      ['s3://bucket/key'],
      ['swift+config://x/y'],
      ['gopher://127.0.0.1/'],
      ['nonsense'],
      [`http://user:secret@127.0.0.1/`],
      ['http://127.0.0.1:1/'],
    ])('is the answer to the URL %s', async (url) => {
      const { id } = await api.image(FORMATS);
      const { status, text } = await add(id, { url, metadata: {} });
      expect(status).toBe(400);
      expect(text).not.toContain('secret');
      expect(await api.shown(id)).toMatchObject({ status: 'queued', locations: [] });
    });

    it.each<[string, unknown]>([
      ['no url', { metadata: {} }],
      ['no metadata', { url: at('/images/a') }],
      ['metadata that is a list', { url: at('/images/a'), metadata: [] }],
      ['another member', { ...location('/images/a'), x: 1 }],
      ['a long url', location(`/images/${'x'.repeat(255)}`)],
      [
        'half of the validation data',
        { ...location('/images/a'), validation_data: { os_hash_algo: 'sha512' } },
      ],
      ['text', 'x'],
    ])('is the answer to a location with %s', async (_what, value) => {
      const { id } = await api.image(FORMATS);
      expect((await api.patch(id, [{ op: 'add', path: '/locations/-', value }])).status).toBe(400);
    });

    it.each([
      ['add', '/locations'],
      ['add', '/locations/9'],
      ['add', '/locations/x'],
      ['add', '/locations/0/url'],
      ['replace', '/locations/0'],
      ['remove', '/locations'],
      ['remove', '/locations/9'],
    ])('is the answer to %s %s', async (op, path) => {
      const { id } = await located('/images/1', '/images/2');
      const value = op === 'replace' ? [location('/images/1')] : location('/images/3');
      const reply = await api.patch(id, [{ op, path, value }], { token: api.owner.admin });
      expect(reply.status).toBe(400);
    });

    it('is the answer to other URLs in place of the present ones, and to the same one twice', async () => {
      const { id } = await located('/images/1');
      expect((await replace(id, [location('/images/2')])).status).toBe(400);
      expect((await add(id, location('/images/1'))).status).toBe(400);
    });

    it('is the answer where nothing is, or of unknown size', async () => {
      const { id } = await api.image(FORMATS);
      expect((await add(id, location('/empty'))).status).toBe(400);
      expect((await add(id, location('/missing'))).status).toBe(400);
    });

    it('is the answer while a format is unset', async () => {
      const { id } = await api.image();
      expect((await add(id, location('/images/a'))).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to the last location, to an empty list, and to a removal by the owner', async () => {
      const { id } = await located('/images/1');
      const remove = [{ op: 'remove', path: '/locations/0' }];
      expect((await api.patch(id, remove, { token: api.owner.admin })).status).toBe(403);
      expect((await api.patch(id, remove)).status).toBe(403);
      expect((await replace(id, [])).status).toBe(403);
    });
  });

  describe('409 Conflict', () => {
    it.each([
      ['another algorithm', { os_hash_algo: 'md5', os_hash_value: 'a'.repeat(32) }],
      ['a short value', { os_hash_algo: 'sha512', os_hash_value: 'abc' }],
      ['a value that is no number', { os_hash_algo: 'sha512', os_hash_value: 'x'.repeat(128) }],
    ])('is the answer to validation data with %s', async (_what, validation) => {
      const { id } = await api.image(FORMATS);
      const value = { ...location('/images/a'), validation_data: validation };
      expect((await add(id, value)).status).toBe(409);
    });

    it('is the answer to hashes for an image that has data already', async () => {
      const { id } = await located('/images/1');
      const validation = { os_hash_algo: 'sha512', os_hash_value: SHA512 };
      const value = { ...location('/images/2'), validation_data: validation };
      expect((await add(id, value)).status).toBe(409);
    });

    it('is the answer while the image is deactivated', async () => {
      const { id } = await located('/images/1');
      await api.post(`/images/${id}/actions/deactivate`, undefined, { token: api.owner.admin });
      expect((await add(id, location('/images/2'))).status).toBe(409);
    });
  });

  describe('413 Content Too Large', () => {
    it('is the answer beyond the quota', async () => {
      const { id } = await located('/images/1', '/images/2', '/images/3');
      expect((await add(id, location('/images/4'))).status).toBe(413);
    });

    it('is the answer when the tenant has no room for the bytes', async () => {
      const { id } = await api.image(FORMATS);
      const path = `/catalog/v1/tenants/${api.owner.tenantId}/quota`;
      const set = (bytes: number | null) =>
        api.app.request('PUT', path, { token: api.owner.admin, body: { image_bytes: bytes } });
      const { status, text } = await set(5);
      expect([status, text]).toEqual([200, expect.anything()]);
      expect((await add(id, location('/images/a'))).status).toBe(413);
      expect(await api.shown(id)).toMatchObject({ status: 'queued', locations: [] });
      await set(null);
    });
  });
});

describe('where data is', () => {
  it('is in lists as it is in the image', async () => {
    const { id, locations } = await located('/images/1');
    const { images } = await api.list(`?id=${id}`);
    expect(images[0]).toMatchObject({ locations, stores: 'web', direct_url: at('/images/1') });
  });

  it('is named in the order of the weights of the stores', async () => {
    const { id } = await located('/images/1');
    await api.app.database.pool.query(
      "INSERT INTO image_locations (image_id, store_id, key, url) VALUES ($1, 'memory', $2, 'memory://x')",
      [id, `${id}.${randomUUID()}`],
    );
    const shown = await api.shown(id);
    expect(shown['stores']).toBe('memory,web');
    expect(shown['direct_url']).toBe('memory://x');
  });

  it('is kept from all but admins while the image is deactivated', async () => {
    const { id } = await located('/images/1');
    await api.post(`/images/${id}/actions/deactivate`, undefined, { token: api.owner.admin });
    const { body } = await api.get(`/images/${id}`);
    expect(body).toMatchObject({ locations: [] });
    expect(Object.keys(body)).not.toContain('direct_url');
    expect((await api.shown(id))['direct_url']).toBe(at('/images/1'));
  });
});

describe('without the switches', () => {
  const closed = useImageApi(OUTBOUND);

  it('patches of locations are 403 and no field tells where data is', async () => {
    const image = await closed.image(FORMATS);
    const operation = { op: 'add', path: '/locations/-', value: location('/images/a') };
    const { status } = await closed.patch(image.id, [operation], { token: closed.owner.admin });
    expect(status).toBe(403);
    expect(Object.keys(image)).not.toContain('locations');
  });
});
