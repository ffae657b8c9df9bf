import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PurgeDeletedImages } from '../../../src/images/application/purge-deleted-images.js';
import type { TestResponse } from '../../support/app.js';
import { useImageApi, type ImageDocument } from '../../support/image-api.js';

const api = useImageApi({ CATALOG_DELETED_RETENTION: '2h' });
const PATH = '/catalog/v1/deleted-images';

const list = (query = '', token = api.owner.admin): Promise<TestResponse> =>
  api.app.request('GET', `${PATH}${query}`, { token });

const restore = (id: string, token = api.owner.admin): Promise<TestResponse> =>
  api.app.request('POST', `${PATH}/${id}/restore`, { token });

/** An image of the owner that was deleted. @returns it as it was */
async function deletedImage(body: object = {}, token?: string): Promise<ImageDocument> {
  const image = await api.image(body, token);
  await api.delete(`/images/${image.id}`, { token: api.owner.admin });
  return image;
}

const moveDeletion = (id: string, hours: number) =>
  api.app.database.pool.query(
    "UPDATE images SET deleted_at = deleted_at - $2 * interval '1 hour' WHERE id = $1",
    [id, hours],
  );

const idsOf = ({ body }: TestResponse): string[] =>
  (body.deleted_images as { image: ImageDocument }[]).map(({ image }) => image.id);

describe('GET /catalog/v1/deleted-images', () => {
  describe('200 OK', () => {
    it('lists deleted images as they were, latest first, with the end of their retention', async () => {
      const first = await deletedImage({ name: 'first', mine: 'x' });
      const second = await deletedImage({ name: 'second' });

      const { status, body } = await list();

      expect(status).toBe(200);
      expect(body.first).toBe(PATH);
      const [latest, before] = body.deleted_images;
      expect([latest, before]).toMatchObject([{ image: second }, { image: first }]);
      const { deleted_at: deletedAt, restorable_until: until } = latest;
      expect(Date.parse(until) - Date.parse(deletedAt)).toBe(7_200_000);
    });

    it('can be narrowed to one owner', async () => {
      const { id } = await deletedImage({}, api.partner.member);

      expect(idsOf(await list(`?owner=${api.partner.tenantId}`))).toEqual([id]);
      expect(idsOf(await list('?owner=nobody'))).toEqual([]);
    });

    it('is paged by limit and marker, without gap or repetition', async () => {
      const tenant = await api.callers.tenant('paged');
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        ids.unshift((await deletedImage({}, tenant.member)).id);
      }
      const seen: string[][] = [];
      let next: string | undefined = `${PATH}?owner=${tenant.tenantId}&limit=2`;
      while (next !== undefined) {
        const page = await api.app.request('GET', next, { token: tenant.admin });
        seen.push(idsOf(page));
        next = page.body.next;
      }

      expect(seen.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(seen.flat()).toEqual(ids);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a bad limit and to a marker that is no deleted image', async () => {
      const { id } = await api.image();

      for (const query of ['limit=x', 'limit=-1', `marker=${randomUUID()}`, `marker=${id}`]) {
        expect((await list(`?${query}`)).status).toBe(400);
      }
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to everybody but admins of a tenant', async () => {
      for (const token of [api.owner.manager, api.owner.noRole, api.callers.system]) {
        expect((await list('', token)).status).toBe(403);
      }
    });
  });
});

describe('POST /catalog/v1/deleted-images/{image_id}/restore', () => {
  describe('200 OK', () => {
    it('brings the image back as it was, members included', async () => {
      const image = await api.image({ name: 'back', tags: ['x'], mine: 'y' });
      await api.share(image.id, api.partner, 'accepted');
      await api.delete(`/images/${image.id}`);

      const reply = await restore(image.id.toUpperCase());

      expect([reply.status, reply.body]).toEqual([200, image]);
      expect(await api.names('?name=back', api.partner.reader)).toEqual(['back']);
      expect(idsOf(await list())).not.toContain(image.id);
    });

    it('lets the image be changed and deleted again', async () => {
      const { id } = await deletedImage();
      await restore(id);

      expect((await api.put(`/images/${id}/tags/x`)).status).toBe(204);
      expect((await api.delete(`/images/${id}`)).status).toBe(204);
    });

    it('counts the image as used again', async () => {
      const count = async () => (await api.get('/info/usage')).body.usage.image_count_total.usage;
      const before = await count();
      const { id } = await deletedImage();

      await restore(id);

      expect(await count()).toBe(before + 1);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { id } = await deletedImage();
      const token = api.owner.admin;

      const reply = await api.app.request('POST', `${PATH}/${id}/restore`, { token, body: {} });

      expect(reply.status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to the former owner, who is no admin', async () => {
      const { id } = await deletedImage();

      expect((await restore(id, api.owner.manager)).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to images that live, never lived or were restored', async () => {
      const { id } = await api.image();
      const restored = await deletedImage();
      await restore(restored.id);

      for (const other of [id, randomUUID(), 'nonsense', restored.id]) {
        expect((await restore(other)).status).toBe(404);
      }
    });

    it('is the answer once the retention is over; the id stays taken', async () => {
      const old = await deletedImage({ name: 'old' });
      const young = await deletedImage({ name: 'young' });
      await moveDeletion(old.id, 3);
      await moveDeletion(young.id, 1);

      await api.app.app.get(PurgeDeletedImages, { strict: false }).execute();

      expect((await restore(old.id)).status).toBe(404);
      expect(idsOf(await list())).not.toContain(old.id);
      expect((await restore(young.id)).status).toBe(200);
      expect((await api.post('/images', { id: old.id })).status).toBe(409);
    });
  });
});
