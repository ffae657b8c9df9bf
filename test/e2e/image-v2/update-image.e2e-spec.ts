import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { refuseImageUpdates } from '../../support/faults.js';
import { PATCH_V20, PATCH_V21, useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const remove = (path: string) => ({ op: 'remove', path });

describe('PATCH /v2/images/{image_id}', () => {
  describe('200 OK', () => {
    it('applies operations in order and replies with the whole image', async () => {
      const { id } = await api.image({ name: 'old', mine: 'x' });

      const reply = await api.patch(id, [
        replace('/name', 'new'),
        add('/other', '1'),
        replace('/other', '2'),
        remove('/mine'),
        replace('/tags', ['b', 'a', 'b']),
      ]);

      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ name: 'new', other: '2', tags: ['b', 'a'] });
      expect(reply.body).not.toHaveProperty('mine');
      expect(reply.body).toEqual(await api.shown(id));
    });

    it('speaks the published profile on the root mount', async () => {
      const { id } = await api.image();

      const reply = await api.app.request('PATCH', `/v2/images/${id}`, {
        token: api.owner.member,
        headers: { 'content-type': PATCH_V21 },
        body: [replace('/name', 'new')],
      });

      expect(reply.body.name).toBe('new');
      expect(reply.body).not.toHaveProperty('os_hidden');
    });

    it('knows the verb-as-key grammar of media type v2.0', async () => {
      const { id } = await api.image({ mine: 'x' });

      const reply = await api.patchV20(id, [
        { replace: '/name', value: 'new' },
        { add: '/other', value: '1' },
        { remove: '/mine' },
      ]);

      expect(reply.body).toMatchObject({ name: 'new', other: '1' });
      expect(reply.body).not.toHaveProperty('mine');
    });

    it.each([PATCH_V20, PATCH_V21])('ignores parameters and case of %s', async (type) => {
      const { id } = await api.image();
      const headers = { 'content-type': `${type.toUpperCase()} ; charset=UTF-8` };

      expect((await api.patch(id, [], { headers })).status).toBe(200);
    });

    it.each([
      ['name', 'new'],
      ['name', null],
      ['visibility', 'private'],
      ['visibility', 'community'],
      ['protected', true],
      ['os_hidden', true],
      ['disk_format', 'iso'],
      ['container_format', null],
      ['min_disk', 5],
      ['min_ram', 2_147_483_647],
      ['tags', []],
    ])('adds and replaces %s with %j', async (name, value) => {
      for (const operation of [add, replace]) {
        const { id } = await api.image({ disk_format: 'raw', container_format: 'bare' });

        const reply = await api.patch(id, [operation(`/${name}`, value)]);

        expect(reply.status).toBe(200);
        expect(reply.body[name]).toEqual(value);
      }
    });

    it('decodes ~1 and then ~0, and trims names', async () => {
      const { id } = await api.image();

      const reply = await api.patch(id, [add('/a~1b', '1'), add('/c~01d', '2'), add('/ e ', '3')]);

      expect(reply.body).toMatchObject({ 'a/b': '1', 'c~1d': '2', e: '3' });
    });

    it.each(['__proto__', 'constructor', 'toString', 'image_id', 'member', 'extra_properties'])(
      'takes %s for a plain property name',
      async (name) => {
        const { id } = await api.image();

        expect((await api.patch(id, [replace(`/${name}`, 'x')])).status).toBe(409);
        const entry = new RegExp(`"${name}": ?"x"`);
        expect((await api.patch(id, [add(`/${name}`, 'x')])).text).toMatch(entry);
        expect((await api.get(`/images/${id}`)).text).toMatch(entry);
        expect((await api.patch(id, [remove(`/${name}`)])).text).not.toContain(name);
      },
    );

    it('leaves updated_at alone when the list of operations is empty', async () => {
      const id = await api.storedImage();
      const before = await api.shown(id);

      const reply = await api.patch(id, []);

      expect(reply.status).toBe(200);
      expect(reply.body).toEqual(before);
    });

    it('moves updated_at and never created_at', async () => {
      const id = await api.storedImage();
      const before = await api.shown(id);

      const { body } = await api.patch(id, [add('/mine', 'x')]);

      expect(body.created_at).toBe(before.created_at);
      expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    });

    it('takes an empty list from whoever sees the image', async () => {
      const { id } = await api.image({ visibility: 'community' });

      expect((await api.patch(id, [], { token: api.stranger.reader })).status).toBe(200);
    });

    it.each(['queued', 'saving', 'uploading', 'importing', 'active', 'deactivated'] as const)(
      'edits metadata of an image that is %s and protected',
      async (status) => {
        const id = await api.storedImage({ status, isProtected: true });

        expect((await api.patch(id, [replace('/name', 'new')])).status).toBe(200);
        expect((await api.shown(id)).status).toBe(status);
      },
    );

    it('keeps what only the service sets', async () => {
      const id = await api.storedImage({ checksum: 'c'.repeat(32), hashAlgorithm: 'sha512' });
      const { size, checksum, os_hash_algo: algorithm } = await api.shown(id);

      const { body } = await api.patch(id, [replace('/name', 'x'), add('/p', 'y')]);

      expect(body).toMatchObject({ size, checksum, os_hash_algo: algorithm });
    });

    it('keeps members while an image is private, and they count again when it is shared', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'accepted');
      const token = api.partner.reader;
      const seen = async () => (await api.get(`/images/${id}`, { token })).status;

      await api.patch(id, [replace('/visibility', 'private')]);
      expect(await seen()).toBe(404);
      await api.patch(id, [replace('/visibility', 'shared')]);
      expect(await seen()).toBe(200);
    });

    it('lets an owner withdraw a public image that an admin published', async () => {
      const { id } = await api.image();
      const token = api.stranger.admin;
      expect((await api.patch(id, [replace('/visibility', 'public')], { token })).status).toBe(200);

      expect((await api.patch(id, [replace('/visibility', 'private')])).status).toBe(200);
    });

    it('lets an admin give an image away, to nobody too', async () => {
      const { id } = await api.image();
      const token = api.stranger.admin;
      const owner = api.partner.tenantId;

      expect((await api.patch(id, [replace('/owner', owner)], { token })).body.owner).toBe(owner);
      expect((await api.patch(id, [], { token: api.partner.member })).status).toBe(200);
      expect((await api.patch(id, [add('/owner', null)], { token })).body.owner).toBeNull();
    });

    it('does not count what is there already against a quota', async () => {
      const names = Array.from({ length: 130 }, (_, index) => `p${index}`);
      const properties = Object.fromEntries(names.map((name) => [name, 'x']));
      const id = await api.storedImage({ properties, tags: names });

      const reply = await api.patch(id, [replace('/p0', 'y'), replace('/tags', names)]);

      expect(reply.status).toBe(200);
    });

    it('does not count progress properties of the service against the quota', async () => {
      const names = Array.from({ length: 127 }, (_, index) => `p${index}`);
      const properties = Object.fromEntries([...names, 'os_glance_x'].map((name) => [name, 'x']));
      const id = await api.storedImage({ properties });

      expect((await api.patch(id, [add('/p127', 'x')])).status).toBe(200);
      expect((await api.patch(id, [add('/p128', 'x')])).status).toBe(413);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown, deleted and invisible images alike', async () => {
      const { id } = await api.image({ visibility: 'private' });
      const operations = [replace('/name', 'x')];

      const invisible = await api.patch(id, operations, { token: api.stranger.member });
      await api.delete(`/images/${id}`);
      const deleted = await api.patch(id, operations);
      const unknown = await api.patch(randomUUID(), operations);

      expect([invisible.status, deleted.status, unknown.status]).toEqual([404, 404, 404]);
      expect(new Set([invisible.text, deleted.text, unknown.text]).size).toBe(1);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer to replacing or removing a property that is not there', async () => {
      const { id } = await api.image();

      expect((await api.patch(id, [replace('/mine', 'x')])).status).toBe(409);
      expect((await api.patch(id, [remove('/mine')])).status).toBe(409);
      expect((await api.patchV20(id, [{ replace: '/mine', value: 'x' }])).status).toBe(409);
      expect((await api.patchV20(id, [{ remove: '/mine' }])).status).toBe(409);
    });

    it('is the answer to adding in media type v2.0 what is there', async () => {
      const { id } = await api.image({ mine: 'x' });

      for (const operation of [
        { add: '/mine', value: 'y' },
        { add: '/name', value: 'y' },
        { add: '/tags', value: [] },
        { add: '/protected', value: false },
        { add: '/disk_format', value: 'raw' },
        { add: '/owner', value: 'y' },
      ]) {
        expect((await api.patchV20(id, [operation])).status).toBe(409);
      }
      expect((await api.shown(id))['mine']).toBe('x');
    });

    it('is the answer when other writers of the image keep coming first', async () => {
      const { id } = await api.image({ name: 'old' });

      const reply = await refuseImageUpdates(api, () => api.patch(id, [replace('/name', 'new')]));

      expect(reply.status).toBe(409);
      expect((await api.shown(id)).name).toBe('old');
    });
  });

  describe('412 Precondition Failed', () => {
    it('is the answer when the image is not in the state that If-Match names', async () => {
      const { id } = await api.image();
      const headers = { 'content-type': PATCH_V21, 'if-match': '"77"' };

      expect((await api.patch(id, [replace('/name', 'x')], { headers })).status).toBe(412);
      expect((await api.shown(id)).name).toBeNull();
    });
  });

  describe('413 Content Too Large', () => {
    const names = Array.from({ length: 129 }, (_, index) => `p${index}`);

    it('is the answer to more than 128 properties', async () => {
      const { id } = await api.image();
      const adds = names.map((name) => add(`/${name}`, 'x'));

      expect((await api.patch(id, adds)).status).toBe(413);
      expect((await api.patch(id, adds.slice(1))).status).toBe(200);
      expect((await api.patch(id, [add('/p0', 'x')])).status).toBe(413);
      expect((await api.patch(id, [add('/p0', 'x'), remove('/p1')])).status).toBe(200);
    });

    it('is the answer to more than 128 tags', async () => {
      const { id } = await api.image();

      expect((await api.patch(id, [replace('/tags', names)])).status).toBe(413);
      expect((await api.shown(id)).tags).toEqual([]);
    });

    it('is the answer to a body of more than 1 MiB', async () => {
      const { id } = await api.image();

      expect((await api.patch(id, [add('/mine', 'x'.repeat(1_100_000))])).status).toBe(413);
    });
  });

  describe('415 Unsupported Media Type', () => {
    it.each([
      'application/json',
      'application/json-patch+json',
      'application/openstack-images-v2.2-json-patch',
      'text/plain',
      'constructor',
      '',
    ])('is the answer to %j, naming what is accepted', async (type) => {
      const { id } = await api.image();

      const reply = await api.patch(id, [], { headers: { 'content-type': type } });

      expect(reply.status).toBe(415);
      expect(reply.headers['accept-patch']).toBe(`${PATCH_V20}, ${PATCH_V21}`);
    });

    it('wins over a body that is no JSON and an image that is not there', async () => {
      const headers = { 'content-type': 'application/json' };

      expect((await api.patch(randomUUID(), '[', { headers })).status).toBe(415);
    });
  });
});
