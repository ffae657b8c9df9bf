import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { storePublishedImage } from '../../support/published-image.js';
import { ImageApi, useImageApi } from '../../support/image-api.js';

const published = JSON.parse(
  await readFile(new URL('../../fixtures/published-image-v2.json', import.meta.url), 'utf8'),
);

describe('GET /v2/images/{image_id}', () => {
  const api = useImageApi();

  describe('200 OK', () => {
    beforeAll(() => storePublishedImage(api, published));

    it('reproduces the published example member for member on the root mount', async () => {
      const token = api.stranger.reader;
      const reply = await api.app.request('GET', `/v2/images/${published.id}`, { token });

      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toMatch(/^application\/json/);
      expect(reply.body).toStrictEqual(published);
    });

    it('adds what the API has today on the mount of the service catalog', async () => {
      const reply = await api.get(`/images/${published.id}`);

      expect(reply.body).toStrictEqual({
        ...published,
        os_hidden: false,
        os_hash_algo: null,
        os_hash_value: null,
        virtual_size: null,
      });
    });

    it('has every base attribute of a new image, null where unset', async () => {
      const { id, created_at: createdAt } = await api.image();

      expect((await api.get(`/images/${id}`)).body).toStrictEqual({
        id,
        name: null,
        status: 'queued',
        visibility: 'shared',
        protected: false,
        os_hidden: false,
        owner: api.owner.tenantId,
        disk_format: null,
        container_format: null,
        size: null,
        virtual_size: null,
        checksum: null,
        os_hash_algo: null,
        os_hash_value: null,
        min_ram: 0,
        min_disk: 0,
        tags: [],
        created_at: createdAt,
        updated_at: createdAt,
        self: `/v2/images/${id}`,
        file: `/v2/images/${id}/file`,
        schema: '/v2/schemas/image',
      });
    });

    it('leaves out what is null on the root mount', async () => {
      const { id } = await api.image();
      const token = api.owner.member;
      const { body } = await api.app.request('GET', `/v2/images/${id}`, { token });

      expect(Object.values(body)).not.toContain(null);
      expect(body).not.toHaveProperty('os_hidden');
    });

    it('prints sizes that no double can hold to the last digit', async () => {
      const size = 2n ** 63n - 1n;
      const id = await api.storedImage({ owner: null, size, virtualSize: 2n ** 53n + 1n });

      const { text } = await api.get(`/images/${id}`);

      expect(text).toContain('"size":9223372036854775807,');
      expect(text).toContain('"virtual_size":9007199254740993,');
    });

    it('shows hidden, deactivated and killed images by id', async () => {
      const hidden = await api.storedImage({ isHidden: true });
      const deactivated = await api.storedImage({ status: 'deactivated' });
      const killed = await api.storedImage({ status: 'killed' });

      expect((await api.get(`/images/${hidden}`)).body.os_hidden).toBe(true);
      expect((await api.get(`/images/${deactivated}`)).body.status).toBe('deactivated');
      expect((await api.get(`/images/${killed}`)).body.status).toBe('killed');
    });

    it('finds an id in any case', async () => {
      const { id } = await api.image();

      const reply = await api.get(`/images/${id.toUpperCase()}`);

      expect(reply.status).toBe(200);
      expect(reply.body.id).toBe(id);
    });

    it('says nothing of members, whatever they answered', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'rejected');

      const reply = await api.get(`/images/${id}`, { token: api.partner.reader });

      expect(reply.status).toBe(200);
      expect(reply.text).not.toContain(api.partner.tenantId);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { id } = await api.image();

      const reply = await api.get(`/images/${id}`, { body: {} });

      expect(reply.status).toBe(400);
      expect(reply.text).toContain('does not accept a request body');
    });

    it('wins over 404', async () => {
      expect((await api.get(`/images/${randomUUID()}`, { body: {} })).status).toBe(400);
    });
  });

  describe('401 Unauthorized', () => {
    it('is the answer without a token, with the address of the identity service', async () => {
      const { id } = await api.image();

      const reply = await api.get(`/images/${id}`, { token: null });

      expect(reply.status).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(
        /^Keystone uri="https?:\/\/.+\/identity\/v3"$/,
      );
    });

    it('is the answer to a token that nobody issued', async () => {
      expect((await api.get(`/images/${randomUUID()}`, { token: 'forged' })).status).toBe(401);
    });
  });

  describe('403 Forbidden', () => {
    it('is never produced: whoever may not see an image gets 404', async () => {
      const { id } = await api.image({ visibility: 'private' });
      const tokens = [
        api.stranger.reader,
        api.stranger.manager,
        api.stranger.noRole,
        api.owner.noRole,
        api.callers.unscoped,
        api.callers.system,
        api.callers.service,
      ];

      for (const token of tokens) {
        expect((await api.get(`/images/${id}`, { token })).status).toBe(404);
      }
    });
  });

  describe('404 Not Found', () => {
    it.each([
      ['an unknown id', randomUUID()],
      ['an id that is no UUID', 'nonsense'],
      ['a name', 'ubuntu'],
      ['an id of more than 36 characters', `${randomUUID()}0`],
      ['an id of more than a thousand characters', 'a'.repeat(1500)],
      ['an id with a suffix', `${randomUUID()}.json`],
      ['an id in braces', `{${randomUUID()}}`],
      ['an id with U+0000', `${randomUUID()}%00`],
    ])('is the answer to %s', async (_what, id) => {
      expect((await api.get(`/images/${id}`)).status).toBe(404);
    });

    it('is the answer to an existing id with a trailing slash, a suffix or U+0000', async () => {
      const { id } = await api.image();

      for (const suffix of ['/', '.json', '%00', '%20']) {
        expect((await api.get(`/images/${id}${suffix}`)).status).toBe(404);
      }
    });

    it('is the answer to a deleted image', async () => {
      const { id } = await api.image();
      await api.delete(`/images/${id}`);

      expect((await api.get(`/images/${id}`)).status).toBe(404);
    });

    it('does not tell an invisible image from a missing one', async () => {
      const { id } = await api.image({ visibility: 'private' });
      const token = api.stranger.member;

      const invisible = await api.get(`/images/${id}`, { token });
      const missing = await api.get(`/images/${randomUUID()}`, { token });

      expect(invisible.status).toBe(404);
      expect(invisible.text).toBe(missing.text);
      expect(Object.keys(invisible.headers)).toEqual(Object.keys(missing.headers));
    });
  });

  describe('405 Method Not Allowed', () => {
    it.each(['PUT', 'POST', 'HEAD', 'OPTIONS'] as const)('is the answer to %s', async (method) => {
      const { id } = await api.image();

      const reply = await api.request(method, `/images/${id}`);

      expect(reply.status).toBe(405);
      expect(String(reply.headers['allow']).split(', ').toSorted()).toEqual([
        'DELETE',
        'GET',
        'PATCH',
      ]);
    });
  });

  describe('413 Content Too Large', () => {
    it('is never produced: an image of 8 MiB of properties is shown whole', async () => {
      const value = 'x'.repeat(65_535);
      const names = Array.from({ length: 128 }, (_, index) => `property-${index}`);
      const properties = Object.fromEntries(names.map((name) => [name, value]));
      const id = await api.storedImage({ properties });

      const reply = await api.get(`/images/${id}`);

      expect(reply.status).toBe(200);
      expect(names.every((name) => reply.body[name] === value)).toBe(true);
    });
  });
});

describe('GET /v2/images/{image_id}', () => {
  describe('500 Internal Server Error', () => {
    const api = useImageApi();

    it('is the answer to a broken database, and tells nothing about it', async () => {
      const { id } = await api.image();
      await api.app.asOwner('ALTER TABLE images DROP COLUMN checksum');

      const reply = await api.get(`/images/${id}`, { headers: { accept: 'application/json' } });

      expect(reply.status).toBe(500);
      expect(reply.body).toEqual({
        code: '500 Internal Server Error',
        title: 'Internal Server Error',
        message: 'An unexpected fault occurred.',
      });
      expect(reply.headers['x-openstack-request-id']).toMatch(/^req-/);
    });
  });

  describe('503 Service Unavailable', () => {
    const api = new ImageApi();
    let database: TestDatabase;
    let proxy: FlakyProxy;
    let id: string;

    beforeAll(async () => {
      database = await createTestDatabase();
      proxy = await FlakyProxy.start(database.url);
      await api.start({
        DATABASE_URL: proxy.url,
        CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '2000',
        CATALOG_DATABASE_STATEMENT_TIMEOUT_MS: '2000',
      });
      ({ id } = await api.image());
    });

    afterAll(async () => {
      await api.app.close();
      await proxy.stop();
      await database.drop();
    });

    const show = () => api.get(`/images/${id}`, { headers: { accept: 'application/json' } });

    it('is the answer while the database is down, and 200 again when it is back', async () => {
      proxy.cut();
      const down = await show();
      proxy.restore();
      const back = await show();

      expect(down.status).toBe(503);
      expect(down.headers['retry-after']).toBe('1');
      expect(down.body).toEqual({
        code: '503 Service Unavailable',
        title: 'Service Unavailable',
        message: 'The database is temporarily unavailable.',
      });
      expect(back.status).toBe(200);
    });

    it('is the answer in bounded time when the database hangs, and 200 afterwards', async () => {
      proxy.hang();
      const startedAt = Date.now();
      const hanging = await show();
      const waited = Date.now() - startedAt;
      proxy.restore();

      expect(hanging.status).toBe(503);
      expect(waited).toBeLessThan(15_000);
      expect((await show()).status).toBe(200);
    });

    it('is not the answer when a connection broke while idle: the read is repeated', async () => {
      expect((await show()).status).toBe(200);
      proxy.restore();

      expect((await show()).status).toBe(200);
    });
  });
});
