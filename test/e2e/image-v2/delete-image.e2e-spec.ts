import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { refuseImageUpdates } from '../../support/faults.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

describe('DELETE /v2/images/{image_id}', () => {
  describe('204 No Content', () => {
    it('takes the image away, with an empty reply', async () => {
      const { id } = await api.image({ name: 'doomed' });

      const reply = await api.delete(`/images/${id}`);

      expect([reply.status, reply.text]).toEqual([204, '']);
      expect((await api.get(`/images/${id}`)).status).toBe(404);
      expect(await api.names('?name=doomed')).toEqual([]);
      expect(await api.names(`?id=${id}`)).toEqual([]);
    });

    it.each([
      'queued',
      'saving',
      'uploading',
      'importing',
      'active',
      'deactivated',
      'killed',
    ] as const)('deletes an image that is %s', async (status) => {
      const id = await api.storedImage({ status });

      expect((await api.delete(`/images/${id}`)).status).toBe(204);
    });

    it('deletes a shared image together with its shares', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'accepted');

      expect((await api.delete(`/images/${id}`)).status).toBe(204);
      const token = api.partner.reader;
      expect((await api.get(`/images/${id}`, { token })).status).toBe(404);
      expect(await api.names(`?id=${id}`, token)).toEqual([]);
    });

    it('lets an admin delete the image of another tenant', async () => {
      const { id } = await api.image({ visibility: 'private' });

      expect((await api.delete(`/images/${id}`, { token: api.stranger.admin })).status).toBe(204);
    });

    it('lowers the number of images that the tenant uses', async () => {
      const { id } = await api.image();
      const count = async () => (await api.get('/info/usage')).body.usage.image_count_total.usage;
      const before = await count();

      await api.delete(`/images/${id}`);

      expect(await count()).toBe(before - 1);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body, and nothing is deleted', async () => {
      const { id } = await api.image();

      expect((await api.delete(`/images/${id}`, { body: {} })).status).toBe(400);
      expect((await api.get(`/images/${id}`)).status).toBe(200);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to everybody while the image is protected', async () => {
      const { id } = await api.image({ protected: true });

      for (const token of [api.owner.member, api.owner.manager, api.stranger.admin]) {
        expect((await api.delete(`/images/${id}`, { token })).status).toBe(403);
      }
      await api.patch(id, [{ op: 'replace', path: '/protected', value: false }]);
      expect((await api.delete(`/images/${id}`)).status).toBe(204);
    });

    it('is the answer to readers of the owner, members and others who see the image', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'accepted');
      const community = await api.image({ visibility: 'community' });

      for (const [imageId, token] of [
        [id, api.owner.reader],
        [id, api.partner.manager],
        [community.id, api.stranger.manager],
      ] as const) {
        expect((await api.delete(`/images/${imageId}`, { token })).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer the second time', async () => {
      const { id } = await api.image();
      await api.delete(`/images/${id}`);

      expect((await api.delete(`/images/${id}`)).status).toBe(404);
    });

    it('is the answer to unknown ids, no ids and no id at all', async () => {
      for (const id of [randomUUID(), 'nonsense', '']) {
        expect((await api.delete(`/images/${id}`)).status).toBe(404);
      }
    });

    it('does not tell an invisible image, protected or not, from a missing one', async () => {
      const { id } = await api.image({ visibility: 'private', protected: true });
      const token = api.stranger.member;

      const invisible = await api.delete(`/images/${id}`, { token });

      expect(invisible.status).toBe(404);
      expect(invisible.text).toBe((await api.delete(`/images/${randomUUID()}`)).text);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer when other writers of the image keep coming first', async () => {
      const { id } = await api.image();

      const reply = await refuseImageUpdates(api, () => api.delete(`/images/${id}`));

      expect(reply.status).toBe(409);
      expect((await api.delete(`/images/${id}`)).status).toBe(204);
    });
  });
});
