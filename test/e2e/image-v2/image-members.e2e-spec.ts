import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

/** An image of the owner, shared with the partner, which has not answered. @returns the path of its members */
async function shared(): Promise<{ id: string; members: string; member: string }> {
  const { id } = await api.image();
  const members = `/images/${id}/members`;
  const member = `${members}/${api.partner.tenantId}`;
  await api.post(members, { member: api.partner.tenantId });
  return { id, members, member };
}

const entity = (imageId: string, memberId: string, status: string) => ({
  member_id: memberId,
  image_id: imageId,
  status,
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  schema: '/v2/schemas/member',
});

const VISIBILITIES_WITHOUT_MEMBERS = ['private', 'community', 'public'] as const;

describe('GET /v2/images/{image_id}/members', () => {
  describe('200 OK', () => {
    it('lists every member to the owner and to admins, in the order of their addition', async () => {
      const { id, members } = await shared();
      await api.post(members, { member: 'a-later-one' });

      for (const token of [api.owner.reader, api.stranger.admin]) {
        const reply = await api.get(members, { token });
        expect(reply.status).toBe(200);
        expect(reply.body).toEqual({
          members: [
            entity(id, api.partner.tenantId, 'pending'),
            entity(id, 'a-later-one', 'pending'),
          ],
          schema: '/v2/schemas/members',
        });
      }
    });

    it('lists to a member its own row only', async () => {
      const { id, members } = await shared();
      await api.post(members, { member: 'another' });

      const { body } = await api.get(members, { token: api.partner.reader });

      expect(body.members).toEqual([entity(id, api.partner.tenantId, 'pending')]);
    });

    it('is empty while an image is shared with nobody', async () => {
      const { id } = await api.image();

      expect((await api.get(`/images/${id}/members`)).body.members).toEqual([]);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { members } = await shared();

      expect((await api.get(members, { body: {} })).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it.each(VISIBILITIES_WITHOUT_MEMBERS)('is the answer for a %s image', async (visibility) => {
      const id = await api.storedImage({ visibility });

      for (const token of [api.owner.member, api.owner.admin]) {
        expect((await api.get(`/images/${id}/members`, { token })).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown and invisible images', async () => {
      const { members } = await shared();

      expect((await api.get(members, { token: api.stranger.member })).status).toBe(404);
      expect((await api.get(`/images/${randomUUID()}/members`)).status).toBe(404);
    });
  });
});

describe('POST /v2/images/{image_id}/members', () => {
  describe('200 OK', () => {
    it('shares the image, pending, and replies with the member', async () => {
      const { id } = await api.image();

      const reply = await api.post(`/images/${id}/members`, {
        member: api.partner.tenantId,
        ignored: 'x',
      });

      expect(reply.status).toBe(200);
      expect(reply.body).toEqual(entity(id, api.partner.tenantId, 'pending'));
    });

    it('does not look the tenant up, and takes the owner itself', async () => {
      const { id } = await api.image();

      for (const member of [api.owner.tenantId, 'nobody ü🐧', 'x'.repeat(255)]) {
        expect((await api.post(`/images/${id}/members`, { member })).body.member_id).toBe(member);
      }
    });

    it('lets an admin of another tenant share', async () => {
      const { id } = await api.image();
      const token = api.stranger.admin;

      expect((await api.post(`/images/${id}/members`, { member: 'x' }, { token })).status).toBe(
        200,
      );
    });

    it('begins anew with pending after the member was removed', async () => {
      const { members, member } = await shared();
      await api.put(member, { status: 'accepted' }, { token: api.partner.member });
      await api.delete(member);

      const { body } = await api.post(members, { member: api.partner.tenantId });

      expect(body.status).toBe('pending');
    });

    it('leaves updated_at of the image alone', async () => {
      const id = await api.storedImage();
      const before = await api.shown(id);

      await api.post(`/images/${id}/members`, { member: 'x' });

      expect(await api.shown(id)).toEqual(before);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['no body', undefined],
      ['an array', []],
      ['a string', '"x"'],
      ['no member', {}],
      ['an empty member', { member: '' }],
      ['a member that is null', { member: null }],
      ['a member that is a number', { member: 7 }],
      ['a member that is an object', { member: { id: 'x' } }],
      ['a member of 256 characters', { member: 'x'.repeat(256) }],
      ['U+0000', String.raw`{"member": "a\u0000"}`],
      ['an inherited member', '{"__proto__": {"member": "x"}}'],
    ])('is the answer to %s', async (_what, body) => {
      const { id } = await api.image();

      expect((await api.post(`/images/${id}/members`, body)).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to readers of the owner and to members', async () => {
      const { members } = await shared();

      for (const token of [api.owner.reader, api.partner.manager]) {
        expect((await api.post(members, { member: 'x' }, { token })).status).toBe(403);
      }
    });

    it.each(VISIBILITIES_WITHOUT_MEMBERS)('is the answer for a %s image', async (visibility) => {
      const id = await api.storedImage({ visibility });

      for (const token of [api.owner.member, api.owner.admin]) {
        const reply = await api.post(`/images/${id}/members`, { member: 'x' }, { token });
        expect(reply.status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown and invisible images', async () => {
      const { members } = await shared();
      const token = api.stranger.member;

      expect((await api.post(members, { member: 'x' }, { token })).status).toBe(404);
      const unknown = `/images/${randomUUID()}/members`;
      expect((await api.post(unknown, { member: 'x' })).status).toBe(404);
    });
  });

  describe('409 Conflict', () => {
    it('is the answer to a tenant that is a member, whatever it answered', async () => {
      const { members, member } = await shared();
      await api.put(member, { status: 'rejected' }, { token: api.partner.member });

      const reply = await api.post(members, { member: api.partner.tenantId });

      expect(reply.status).toBe(409);
      expect((await api.get(member)).body.status).toBe('rejected');
    });
  });

  describe('413 Content Too Large', () => {
    const small = useImageApi({ CATALOG_IMAGE_MEMBER_QUOTA: '2' });

    it('is the answer to one member more than the quota', async () => {
      const { id } = await small.image();
      const add = (member: string) => small.post(`/images/${id}/members`, { member });

      expect([(await add('a')).status, (await add('b')).status]).toEqual([200, 200]);
      expect((await add('c')).status).toBe(413);
      expect((await add('a')).status).toBe(409);
    });
  });
});

describe('GET /v2/images/{image_id}/members/{member_id}', () => {
  describe('200 OK', () => {
    it('shows a member to the owner, to itself and to admins', async () => {
      const { id, member } = await shared();

      for (const token of [api.owner.reader, api.partner.reader, api.stranger.admin]) {
        const reply = await api.get(member, { token });
        expect(reply.status).toBe(200);
        expect(reply.body).toEqual(entity(id, api.partner.tenantId, 'pending'));
      }
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { member } = await shared();

      expect((await api.get(member, { body: {} })).status).toBe(400);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to unknown members, also to longer and stranger ones than any', async () => {
      const { members } = await shared();

      for (const name of ['nobody', 'x'.repeat(300), '%00', '%F0%9F%90%A7']) {
        expect((await api.get(`${members}/${name}`)).status).toBe(404);
      }
    });

    it('is the answer to a member that asks for another, and to strangers', async () => {
      const { members, member } = await shared();
      await api.post(members, { member: 'another' });

      const token = api.partner.member;
      expect((await api.get(`${members}/another`, { token })).status).toBe(404);
      expect((await api.get(member, { token: api.stranger.member })).status).toBe(404);
    });

    it('is the answer once the image is no longer shared, not 403', async () => {
      const { id, member } = await shared();
      await api.patch(id, [{ op: 'replace', path: '/visibility', value: 'community' }]);

      for (const token of [api.owner.member, api.partner.member, api.owner.admin]) {
        expect((await api.get(member, { token })).status).toBe(404);
      }
    });
  });
});

describe('PUT /v2/images/{image_id}/members/{member_id}', () => {
  const answer = (path: string, status: unknown, token: string) =>
    api.put(path, { status }, { token });

  describe('200 OK', () => {
    it('lets the member answer, and answer anew, in any order', async () => {
      const { id, member } = await shared();

      for (const status of [
        'accepted',
        'rejected',
        'pending',
        'rejected',
        'accepted',
        'accepted',
      ]) {
        const reply = await answer(member, status, api.partner.member);
        expect(reply.status).toBe(200);
        expect(reply.body).toEqual(entity(id, api.partner.tenantId, status));
      }
    });

    it('lets an admin answer for the member', async () => {
      const { member } = await shared();

      expect((await answer(member, 'accepted', api.stranger.admin)).status).toBe(200);
    });

    it('leaves rejected images visible by id', async () => {
      const { id, member } = await shared();
      await answer(member, 'rejected', api.partner.member);

      expect((await api.get(`/images/${id}`, { token: api.partner.reader })).status).toBe(200);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['no body', undefined],
      ['an array', '[]'],
      ['no status', {}],
      ['an unknown status', { status: 'maybe' }],
      ['a status in capitals', { status: 'Accepted' }],
      ['a status that is null', { status: null }],
      ['a status that is a list', { status: ['accepted'] }],
    ])('is the answer to %s', async (_what, body) => {
      const { member } = await shared();

      expect((await api.put(member, body, { token: api.partner.member })).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to the owner and to readers of the member', async () => {
      const { member } = await shared();

      for (const token of [api.owner.member, api.owner.manager, api.partner.reader]) {
        expect((await answer(member, 'accepted', token)).status).toBe(403);
      }
      expect((await api.get(member)).body.status).toBe('pending');
    });

    it('is the answer when the image is no longer shared but visible', async () => {
      const { id, member } = await shared();
      await api.patch(id, [{ op: 'replace', path: '/visibility', value: 'community' }]);

      expect((await answer(member, 'accepted', api.partner.member)).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to strangers, and to a member that answers for another', async () => {
      const { members, member } = await shared();
      await api.post(members, { member: 'another' });

      expect((await answer(member, 'accepted', api.stranger.member)).status).toBe(404);
      const another = `${members}/another`;
      expect((await answer(another, 'accepted', api.partner.member)).status).toBe(404);
    });

    it('is the answer when there is no such member or image', async () => {
      const { members } = await shared();
      const token = api.owner.admin;

      expect((await answer(`${members}/nobody`, 'accepted', token)).status).toBe(404);
      const unknown = `/images/${randomUUID()}/members/nobody`;
      expect((await answer(unknown, 'accepted', token)).status).toBe(404);
    });
  });
});

describe('DELETE /v2/images/{image_id}/members/{member_id}', () => {
  describe('204 No Content', () => {
    it('withdraws the share at once, with an empty reply', async () => {
      const { id, member } = await shared();
      const token = api.partner.reader;
      expect((await api.get(`/images/${id}`, { token })).status).toBe(200);

      const reply = await api.delete(member);

      expect([reply.status, reply.text]).toEqual([204, '']);
      expect((await api.get(`/images/${id}`, { token })).status).toBe(404);
      expect((await api.get(member)).status).toBe(404);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const { member } = await shared();

      expect((await api.delete(member, { body: 'x' })).status).toBe(400);
      expect((await api.get(member)).status).toBe(200);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to the member itself and to readers of the owner', async () => {
      const { member } = await shared();

      for (const token of [api.partner.manager, api.owner.reader]) {
        expect((await api.delete(member, { token })).status).toBe(403);
      }
    });

    it('is the answer when the image is no longer shared', async () => {
      const { id, member } = await shared();
      await api.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]);

      expect((await api.delete(member)).status).toBe(403);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer the second time, to unknown members and to strangers', async () => {
      const { members, member } = await shared();
      expect((await api.delete(member, { token: api.stranger.member })).status).toBe(404);
      await api.delete(member);

      expect((await api.delete(member)).status).toBe(404);
      expect((await api.delete(`${members}/nobody`)).status).toBe(404);
    });
  });
});
