import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { refuseImageUpdates } from '../../support/faults.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const tagsOf = async (id: string) => (await api.shown(id)).tags;
const fullOf = (count: number) => Array.from({ length: count }, (_, index) => `tag ${index}`);

describe('PUT /v2/images/{image_id}/tags/{tag}', () => {
  describe('204 No Content', () => {
    it('adds a tag behind the others, with an empty reply', async () => {
      const { id } = await api.image({ tags: ['b'] });

      const reply = await api.put(`/images/${id}/tags/a`);

      expect([reply.status, reply.text]).toEqual([204, '']);
      expect(await tagsOf(id)).toEqual(['b', 'a']);
    });

    it('changes nothing when the image has the tag', async () => {
      const id = await api.storedImage({ tags: ['a'] });
      const before = await api.shown(id);

      expect((await api.put(`/images/${id}/tags/a`)).status).toBe(204);
      expect(await api.shown(id)).toEqual(before);
    });

    it('moves updated_at', async () => {
      const id = await api.storedImage();
      const { updated_at: before } = await api.shown(id);

      await api.put(`/images/${id}/tags/a`);

      const { updated_at: after } = await api.shown(id);
      expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    });

    it.each(['A', 'with blank', 'ü🐧', '100%', 'a&b=c?d#e', "it's", '"quoted"', 'a\\b'])(
      'takes %s as it is',
      async (tag) => {
        const { id } = await api.image({ tags: ['a'] });

        expect((await api.put(`/images/${id}/tags/${encodeURIComponent(tag)}`)).status).toBe(204);
        expect(await tagsOf(id)).toEqual(['a', tag]);
      },
    );

    it('takes a tag of 255 characters that are many more bytes', async () => {
      const { id } = await api.image();
      const tag = '🐧'.repeat(255);

      expect((await api.put(`/images/${id}/tags/${encodeURIComponent(tag)}`)).status).toBe(204);
      expect(await tagsOf(id)).toEqual([tag]);
    });

    it('takes a tag that the image has although the quota is passed', async () => {
      const id = await api.storedImage({ tags: fullOf(130) });

      expect((await api.put(`/images/${id}/tags/tag%200`)).status).toBe(204);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { id } = await api.image();

      expect((await api.put(`/images/${id}/tags/a`, {})).status).toBe(400);
      expect(await tagsOf(id)).toEqual([]);
    });

    it('is the answer to a tag of 256 characters', async () => {
      const { id } = await api.image();

      expect((await api.put(`/images/${id}/tags/${'x'.repeat(256)}`)).status).toBe(400);
    });

    it('is the answer to escapes that are no UTF-8', async () => {
      const { id } = await api.image();

      for (const tag of ['%ff', '%zz', '%2']) {
        expect((await api.put(`/images/${id}/tags/${tag}`)).status).toBe(400);
      }
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to whoever sees the image but may not change it', async () => {
      const { id } = await api.image();
      await api.share(id, api.partner, 'accepted');

      for (const token of [api.owner.reader, api.partner.member]) {
        expect((await api.put(`/images/${id}/tags/a`, undefined, { token })).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown and invisible images', async () => {
      const { id } = await api.image({ visibility: 'private' });
      const token = api.stranger.member;

      expect((await api.put(`/images/${id}/tags/a`, undefined, { token })).status).toBe(404);
      expect((await api.put(`/images/${randomUUID()}/tags/a`)).status).toBe(404);
    });

    it('is the answer to a tag with a slash, encoded or not, to U+0000 and to no tag', async () => {
      const { id } = await api.image();

      for (const tag of ['a/b', 'a%2Fb', '%2F', 'a%00', '']) {
        expect((await api.put(`/images/${id}/tags/${tag}`)).status).toBe(404);
      }
      expect(await tagsOf(id)).toEqual([]);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer when other writers of the image keep coming first', async () => {
      const { id } = await api.image();

      const reply = await refuseImageUpdates(api, () => api.put(`/images/${id}/tags/a`));

      expect(reply.status).toBe(409);
      expect(await tagsOf(id)).toEqual([]);
    });
  });

  describe('413 Content Too Large', () => {
    it('is the answer to the 129th tag', async () => {
      const { id } = await api.image({ tags: fullOf(128) });

      expect((await api.put(`/images/${id}/tags/more`)).status).toBe(413);
      expect(await tagsOf(id)).toHaveLength(128);
    });
  });
});

describe('DELETE /v2/images/{image_id}/tags/{tag}', () => {
  describe('204 No Content', () => {
    it('removes the tag and no other, with an empty reply', async () => {
      const { id } = await api.image({ tags: ['a', 'A', 'b'] });

      const reply = await api.delete(`/images/${id}/tags/a`);

      expect([reply.status, reply.text]).toEqual([204, '']);
      expect(await tagsOf(id)).toEqual(['A', 'b']);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { id } = await api.image({ tags: ['a'] });

      expect((await api.delete(`/images/${id}/tags/a`, { body: 'x' })).status).toBe(400);
      expect(await tagsOf(id)).toEqual(['a']);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to whoever sees the image but may not change it', async () => {
      const { id } = await api.image({ tags: ['a'], visibility: 'community' });

      for (const token of [api.owner.reader, api.stranger.manager]) {
        expect((await api.delete(`/images/${id}/tags/a`, { token })).status).toBe(403);
        expect((await api.delete(`/images/${id}/tags/none`, { token })).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to a tag that the image lacks', async () => {
      const { id } = await api.image({ tags: ['a'] });

      for (const tag of ['b', 'A', 'a%20', 'x'.repeat(256)]) {
        expect((await api.delete(`/images/${id}/tags/${tag}`)).status).toBe(404);
      }
    });

    it('is the answer to unknown and invisible images', async () => {
      const { id } = await api.image({ visibility: 'private', tags: ['a'] });
      const token = api.stranger.member;

      expect((await api.delete(`/images/${id}/tags/a`, { token })).status).toBe(404);
      expect((await api.delete(`/images/${randomUUID()}/tags/a`)).status).toBe(404);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer when other writers of the image keep coming first', async () => {
      const { id } = await api.image({ tags: ['a'] });

      const reply = await refuseImageUpdates(api, () => api.delete(`/images/${id}/tags/a`));

      expect(reply.status).toBe(409);
      expect(await tagsOf(id)).toEqual(['a']);
    });
  });
});
