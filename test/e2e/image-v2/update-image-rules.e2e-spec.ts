import { describe, expect, it } from '@jest/globals';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const remove = (path: string) => ({ op: 'remove', path });

describe('PATCH /v2/images/{image_id}', () => {
  describe('403 Forbidden', () => {
    it.each(['reader', 'noRole'] as const)(
      'is the answer to a caller with role %s who sees the image',
      async (role) => {
        const id = await api.storedImage({ visibility: 'public' });
        const expected = role === 'noRole' ? 404 : 403;

        for (const tenant of [api.owner, api.stranger]) {
          const reply = await api.patch(id, [replace('/name', 'x')], { token: tenant[role] });
          expect(reply.status).toBe(expected);
        }
      },
    );

    it('is the answer to other tenants that see the image, members among them', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'accepted');

      const token = api.partner.manager;
      expect((await api.patch(id, [replace('/name', 'x')], { token })).status).toBe(403);
    });

    const refused = (names: string) => names.split(' ');

    it.each([
      ...refused('id status checksum size virtual_size created_at updated_at direct_url self file'),
      ...refused('schema stores os_hash_algo os_hash_value'),
      ...refused('location locations deleted deleted_at os_glance_x os_glancex'),
    ])('is the answer to every operation on %s, for admins too', async (name) => {
      const { id } = await api.image();
      const token = api.owner.admin;

      for (const op of ['add', 'replace', 'remove']) {
        const inV21 = await api.patch(id, [{ op, path: `/${name}`, value: 'x' }], { token });
        const inV20 = await api.patchV20(id, [{ [op]: `/${name}`, value: 'x' }], { token });
        expect([inV21.status, inV20.status]).toEqual([403, 403]);
      }
    });

    it('is the answer to a location by its place, whatever the value', async () => {
      const { id } = await api.image();
      const location = { url: 'http://x/y', metadata: {} };

      expect((await api.patch(id, [add('/locations/-', location)])).status).toBe(403);
      expect((await api.patch(id, [remove('/locations/0')])).status).toBe(403);
    });

    it.each([
      'name',
      'visibility',
      'protected',
      'os_hidden',
      'min_disk',
      'min_ram',
      'tags',
      'owner',
      'disk_format',
      'container_format',
    ])('is the answer to the removal of %s', async (name) => {
      const { id } = await api.image({ name: 'x' });

      expect((await api.patch(id, [remove(`/${name}`)])).status).toBe(403);
    });

    it.each(['disk_format', 'container_format'])(
      'is the answer to %s of an image with data, even if nothing would change',
      async (name) => {
        const value = { disk_format: 'raw', container_format: 'bare' }[name];
        for (const status of ['active', 'saving', 'deactivated', 'killed'] as const) {
          const id = await api.storedImage({ status });
          expect((await api.patch(id, [replace(`/${name}`, value)])).status).toBe(403);
        }
        const importing = await api.storedImage({ status: 'importing' });
        expect((await api.patch(importing, [replace(`/${name}`, value)])).status).toBe(200);
      },
    );

    it('is the answer to a member who publishes', async () => {
      const { id } = await api.image();
      const token = api.owner.manager;

      for (const operation of [add, replace]) {
        const reply = await api.patch(id, [operation('/visibility', 'public')], { token });
        expect(reply.status).toBe(403);
      }
    });

    it.each(['private', 'shared', 'community', 'public'] as const)(
      'is the answer to an owner who gives a %s image away',
      async (visibility) => {
        const id = await api.storedImage({ visibility });

        for (const operation of [add, replace]) {
          const operations = [operation('/owner', api.stranger.tenantId)];
          expect((await api.patch(id, operations)).status).toBe(403);
        }
        expect((await api.shown(id)).owner).toBe(api.owner.tenantId);
      },
    );
  });
});
