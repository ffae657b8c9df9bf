import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi({ CATALOG_TENANT_IMAGE_COUNT_QUOTA: '1000' });

const imageCount = async (): Promise<number> => {
  const { rows } = await api.app.database.pool.query('SELECT count(*)::int AS images FROM images');
  return rows[0].images;
};

describe('POST /v2/images', () => {
  it('400 for a format that is none names those that are, and that there may be none', async () => {
    const reply = await api.post('/images', { disk_format: 'floppy' });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('allowed values: null, ami, ari');
  });

  describe('201 Created', () => {
    it('makes a queued image of the own tenant from an empty object', async () => {
      const reply = await api.post('/images', {});

      expect(reply.status).toBe(201);
      expect(reply.body).toMatchObject({
        status: 'queued',
        visibility: 'shared',
        owner: api.owner.tenantId,
        name: null,
        tags: [],
        protected: false,
        os_hidden: false,
      });
      expect(reply.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    });

    it('keeps every writable attribute and additional properties beside them', async () => {
      const given = {
        id: randomUUID(),
        name: 'Ubuntu',
        visibility: 'community',
        protected: true,
        os_hidden: true,
        disk_format: 'qcow2',
        container_format: 'bare',
        min_disk: 20,
        min_ram: 2_147_483_647,
        tags: ['b', 'a'],
        'com.example:key with / and .': 'any string',
        empty: '',
      };

      const created = await api.image(given);

      expect(created).toMatchObject(given);
      expect(await api.shown(created.id)).toEqual(created);
    });

    it.each(['image', 'root'])('points to the image on the %s mount', async (mount) => {
      const prefix = mount === 'image' ? '/image' : '';
      const token = api.owner.member;
      const headers = { host: 'images.example.com:9292' };

      const reply = await api.app.request('POST', `${prefix}/v2/images`, {
        token,
        headers,
        body: {},
      });

      expect(reply.headers['location']).toBe(
        `http://images.example.com:9292${prefix}/v2/images/${reply.body.id}`,
      );
    });

    it.each(['application/octet-stream', 'text/plain', 'nonsense', ';;', ''])(
      'ignores the Content-Type %j of the request',
      async (type) => {
        const headers = { 'content-type': type };

        expect((await api.post('/images', '{"name": "x"}', { headers })).status).toBe(201);
      },
    );

    it('names the import methods that are enabled, if any', async () => {
      const reply = await api.post('/images', {});

      const methods = (await api.get('/info/import')).body['import-methods'].value as string[];
      expect(reply.headers['openstack-image-import-methods'] ?? '').toBe(methods.join(','));
    });

    it('stores the id in lower case', async () => {
      const id = randomUUID();

      expect((await api.image({ id: id.toUpperCase() })).id).toBe(id);
    });

    it('collapses duplicate tags', async () => {
      expect((await api.image({ tags: ['x', 'y', 'x'] })).tags).toEqual(['x', 'y']);
    });

    it('takes 1.0 for the integer 1', async () => {
      const reply = await api.post('/images', '{"min_disk": 1.0, "min_ram": 1e2}');

      expect(reply.text).toContain('"min_disk":1,"min_ram":100,');
    });

    it('accepts null for name, formats and well-known properties', async () => {
      const body = { name: null, disk_format: null, container_format: null, kernel_id: null };

      expect((await api.post('/images', body)).status).toBe(201);
    });

    it('stores the whole of Unicode as it was sent', async () => {
      const text = '🐧 Ünïcode e\u0301 \u{10FFFF} \u2028 <b>"&\\';
      const created = await api.image({ name: text, tags: [text], [text]: text });

      expect(await api.shown(created.id)).toMatchObject({ name: text, tags: [text], [text]: text });
    });

    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
      'takes %s for a plain property name',
      async (name) => {
        const reply = await api.post('/images', `{"${name}": "polluted"}`);

        expect(reply.status).toBe(201);
        const { text } = await api.get(`/images/${reply.body.id}`);
        expect(text).toMatch(new RegExp(`"${name}": ?"polluted"`));
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      },
    );

    it('counts lengths in code points: 255 of a name, a tag and a property name', async () => {
      const longest = '🐧'.repeat(255);

      const reply = await api.post('/images', { name: longest, tags: [longest], [longest]: 'x' });

      expect(reply.status).toBe(201);
    });

    it('lets an admin create for any tenant, for nobody, and publicly', async () => {
      const token = api.stranger.admin;
      const { tenantId } = api.owner;

      expect((await api.image({ owner: tenantId }, token)).owner).toBe(tenantId);
      expect((await api.image({ owner: null }, token)).owner).toBeNull();
      expect((await api.image({ visibility: 'public' }, token)).visibility).toBe('public');
    });

    it('lets members name their own tenant as the owner', async () => {
      const owner = api.owner.tenantId;

      expect((await api.post('/images', { owner })).status).toBe(201);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['no body', undefined],
      ['an empty body', ''],
      ['text that is no JSON', '{"name": '],
      ['a string', '"name"'],
      ['a number', '7'],
      ['null', 'null'],
      ['an array', '[]'],
      ['bytes that are no UTF-8', Buffer.from('7b226e616d65223a22fffe227d', 'hex')],
      ['U+0000 in a name', String.raw`{"name": "a\u0000b"}`],
      ['U+0000 in a property name', String.raw`{"a\u0000b": "x"}`],
      ['U+0000 in a property value', String.raw`{"x": "a\u0000b"}`],
      ['U+0000 in a tag', String.raw`{"tags": ["a\u0000b"]}`],
      ['an unpaired surrogate', String.raw`{"name": "\ud800"}`],
      ['an unpaired surrogate in a key', String.raw`{"\udfff": "x"}`],
      ['a number beyond every double', '{"min_disk": 1e400}'],
      ['65 levels of nesting', `{"x": ${'['.repeat(64)}${']'.repeat(64)}}`],
      ['20000 levels of nesting', `{"x": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
      ['1001 keys', JSON.stringify(Object.fromEntries(range(1001).map((n) => [`k${n}`, 'x'])))],
    ])('is the answer to %s', async (_what, body) => {
      expect((await api.post('/images', body)).status).toBe(400);
    });

    it.each([
      ['an id that is no UUID', { id: 'nonsense' }],
      ['an id without dashes', { id: randomUUID().replaceAll('-', '') }],
      ['an id in braces', { id: `{${randomUUID()}}` }],
      ['an id that is null', { id: null }],
      ['an unknown visibility', { visibility: 'secret' }],
      ['a visibility that is null', { visibility: null }],
      ['an unknown disk format', { disk_format: 'floppy' }],
      ['an unknown container format', { container_format: 'suitcase' }],
      ['a name of 256 characters', { name: 'x'.repeat(256) }],
      ['a name that is a number', { name: 7 }],
      ['an owner of 256 characters', { owner: 'x'.repeat(256) }],
      ['a tag of 256 characters', { tags: ['x'.repeat(256)] }],
      ['a tag that is no string', { tags: [7] }],
      ['tags that are no array', { tags: 'x' }],
      ['tags that are null', { tags: null }],
      ['protected that is a string', { protected: 'true' }],
      ['protected that is null', { protected: null }],
      ['os_hidden that is null', { os_hidden: null }],
      ['min_disk that is negative', { min_disk: -1 }],
      ['min_ram that is negative', { min_ram: -1 }],
      ['min_disk beyond 2^31 - 1', { min_disk: 2 ** 31 }],
      ['min_ram beyond 2^31 - 1', { min_ram: 2 ** 31 }],
      ['min_disk that is a fraction', { min_disk: 1.5 }],
      ['min_disk that is a string', { min_disk: '1' }],
      ['min_ram that is null', { min_ram: null }],
      ['a property that is null', { mine: null }],
      ['a property that is a number', { mine: 1 }],
      ['a property that is an object', { mine: { deep: 'x' } }],
      ['a property that is an array', { mine: ['x'] }],
      ['a property name of 256 characters', { ['x'.repeat(256)]: 'x' }],
      ['a property without a name', { '': 'x' }],
      ['a property value of 65 536 characters', { mine: 'x'.repeat(65_536) }],
      [
        'a well-known property with a value outside of its list',
        { cinder_encryption_key_deletion_policy: 'burn' },
      ],
    ])('is the answer to %s', async (_what, body) => {
      expect((await api.post('/images', body)).status).toBe(400);
    });

    it('names the field in the message, quoted and cut', async () => {
      const headers = { accept: 'application/json' };
      const reply = await api.post('/images', { ['<b>'.repeat(200)]: 7 }, { headers });

      expect(reply.body.message).toContain("'<b>");
      expect(reply.body.message.length).toBeLessThan(300);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to readers and to callers without a role or tenant', async () => {
      const { owner, callers } = api;
      const before = await imageCount();

      for (const token of [owner.reader, owner.noRole, callers.unscoped, callers.system]) {
        expect((await api.post('/images', {}, { token })).status).toBe(403);
      }
      expect(await imageCount()).toBe(before);
    });

    it.each([
      ['direct_url', 'http://x'],
      ['self', '/v2/images/x'],
      ['file', 'x'],
      ['schema', 'x'],
      ['stores', 'fast'],
      ['location', 'x'],
      ['locations', []],
      ['deleted', 'x'],
      ['deleted_at', 'x'],
      ['os_glance_foo', 'x'],
      ['os_glancexyz', 'x'],
      ['status', 'active'],
      ['created_at', '2026-01-01T00:00:00Z'],
      ['updated_at', '2026-01-01T00:00:00Z'],
      ['checksum', 'x'],
      ['size', 7],
      ['virtual_size', 7],
      ['os_hash_algo', 'md5'],
      ['os_hash_value', 'x'],
    ])('is the answer to %s, which nobody may set', async (name, value) => {
      const before = await imageCount();

      expect((await api.post('/images', { [name]: value })).status).toBe(403);
      const token = api.owner.admin;
      expect((await api.post('/images', { [name]: value }, { token })).status).toBe(403);
      expect(await imageCount()).toBe(before);
    });

    it.each([
      ['another tenant', 'someone-else'],
      ['nobody', null],
      ['the empty owner', ''],
    ])('is the answer to a member who creates for %s', async (_who, owner) => {
      const reply = await api.post('/images', { owner }, { token: api.owner.manager });

      expect(reply.status).toBe(403);
    });

    it('is the answer to a member who publishes', async () => {
      expect((await api.post('/images', { visibility: 'public' })).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer with a trailing slash', async () => {
      expect((await api.post('/images/', {})).status).toBe(404);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer to an id that is in use, in any case', async () => {
      const { id } = await api.image();

      expect((await api.post('/images', { id })).status).toBe(409);
      expect((await api.post('/images', { id: id.toUpperCase() })).status).toBe(409);
    });

    it('is the answer to the id of a deleted image', async () => {
      const { id } = await api.image();
      await api.delete(`/images/${id}`);

      expect((await api.post('/images', { id })).status).toBe(409);
    });

    it('is the answer to an id that another tenant uses, and changes nothing there', async () => {
      const image = await api.image({ name: 'mine', visibility: 'private' });
      const token = api.stranger.member;

      const reply = await api.post('/images', { id: image.id, name: 'theirs' }, { token });

      expect(reply.status).toBe(409);
      expect(await api.shown(image.id)).toEqual(image);
    });
  });

  describe('413 Content Too Large', () => {
    const properties = (count: number) =>
      Object.fromEntries(range(count).map((index) => [`property-${index}`, 'x']));
    const tags = (count: number) => range(count).map((index) => `tag-${index}`);

    it('is the answer to more than 128 properties or tags, and leaves no image behind', async () => {
      const before = await imageCount();

      expect((await api.post('/images', properties(129))).status).toBe(413);
      expect((await api.post('/images', { tags: tags(129) })).status).toBe(413);
      expect(await imageCount()).toBe(before);
      expect((await api.post('/images', { tags: tags(128), ...properties(128) })).status).toBe(201);
    });

    it('is the answer to a body of more than 1 MiB', async () => {
      const body = JSON.stringify({ name: 'x', padding: ' '.repeat(1024 * 1024) });

      expect((await api.post('/images', body)).status).toBe(413);
    });

    it('is the answer when the tenant has as many images as its quota allows', async () => {
      const tenant = await api.callers.tenant('small');
      const quota = `/catalog/v1/tenants/${tenant.tenantId}/quota`;
      const token = tenant.admin;
      await api.app.request('PUT', quota, { token, body: { image_count: 1 } });
      await api.image({}, tenant.member);

      const reply = await api.post('/images', {}, { token: tenant.member });

      expect(reply.status).toBe(413);
      expect(reply.headers['retry-after']).toBeUndefined();
    });
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
