import { beforeAll, describe, expect, it } from '@jest/globals';
import type { MemberStatus } from '../../../src/images/domain/image-access.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

/** Names that a caller's list holds, in no order. */
const listed = async (query: string, token: string) =>
  (await api.names(`?${query}`, token)).toSorted();

const STATUSES: readonly MemberStatus[] = ['pending', 'accepted', 'rejected'];

/** Images of the owner in every visibility; of the shared ones, one for each answer of the partner. */
beforeAll(async () => {
  for (const visibility of ['private', 'shared', 'community'] as const) {
    await api.image({ name: visibility, visibility });
  }
  await api.image({ name: 'public', visibility: 'public' }, api.owner.admin);
  for (const status of STATUSES) {
    const { id } = await api.image({ name: status });
    await api.share(id, api.partner, status);
  }
  const { id } = await api.image({ name: 'was shared' });
  await api.share(id, api.partner, 'accepted');
  await api.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]);
  await api.image({ name: 'nobody’s', owner: null }, api.owner.admin);
  await api.image({ name: 'partner’s own', visibility: 'community' }, api.partner.member);
});

const OWNED = ['private', 'shared', 'community', 'public', ...STATUSES, 'was shared'];

describe('GET /v2/images', () => {
  describe('200 OK', () => {
    it.each(['reader', 'member', 'manager'] as const)(
      'holds for a %s of the owner everything it owns and what is public',
      async (role) => {
        expect(await listed('', api.owner[role])).toEqual(OWNED.toSorted());
      },
    );

    it.each([
      ['', ['public', 'accepted', 'partner’s own']],
      ['visibility=all', ['public', 'accepted', 'partner’s own', 'community']],
      ['visibility=public', ['public']],
      ['visibility=community', ['community', 'partner’s own']],
      ['visibility=shared', ['accepted']],
      ['visibility=private', []],
      ['member_status=accepted', ['public', 'accepted', 'partner’s own']],
      ['member_status=pending', ['public', 'pending', 'partner’s own']],
      ['member_status=rejected', ['public', 'rejected', 'partner’s own']],
      ['member_status=all', ['public', ...STATUSES, 'partner’s own']],
      ['member_status=pending&visibility=shared', ['pending']],
      ['member_status=all&visibility=all', ['public', 'community', ...STATUSES, 'partner’s own']],
    ])('?%s holds for a member what it may list', async (query, expected) => {
      expect(await listed(query, api.partner.reader)).toEqual(expected.toSorted());
    });

    it.each([
      ['', ['public']],
      ['visibility=all', ['public', 'community', 'partner’s own']],
      ['visibility=shared', []],
      ['visibility=private', []],
      ['member_status=all', ['public']],
    ])('?%s holds for a stranger what everybody may list', async (query, expected) => {
      expect(await listed(query, api.stranger.member)).toEqual(expected.toSorted());
    });

    it.each([
      ['', [...OWNED.filter((name) => name !== 'community'), 'nobody’s']],
      ['visibility=all', [...OWNED, 'nobody’s', 'partner’s own']],
      ['visibility=community', ['community', 'partner’s own']],
      ['visibility=private', ['private', 'was shared']],
      ['member_status=pending', [...OWNED.filter((name) => name !== 'community'), 'nobody’s']],
    ])('?%s holds for an admin of another tenant nearly everything', async (query, expected) => {
      expect(await listed(query, api.stranger.admin)).toEqual(expected.toSorted());
    });

    it('holds for an admin the community images of the own tenant', async () => {
      expect(await listed('', api.owner.admin)).toContain('community');
      expect(await listed('', api.owner.admin)).not.toContain('partner’s own');
    });

    it('is not widened by filters that name what the caller may not see', async () => {
      const [image] = (await api.list('?name=private')).images;
      const { id } = image!;
      const token = api.stranger.member;

      for (const query of [
        `id=${id}`,
        `id=in:${id}`,
        'name=private',
        `owner=${api.owner.tenantId}&visibility=private`,
        `owner=${api.owner.tenantId}&visibility=shared&member_status=all`,
      ]) {
        expect(await listed(query, token)).toEqual([]);
      }
    });

    it('changes at once when a share is accepted, rejected and withdrawn', async () => {
      const { id } = await api.image({ name: 'to and fro' });
      const lists = async () => (await listed('', api.partner.reader)).includes('to and fro');

      await api.share(id, api.partner, 'accepted');
      expect(await lists()).toBe(true);
      const member = `/images/${id}/members/${api.partner.tenantId}`;
      await api.put(member, { status: 'rejected' }, { token: api.partner.member });
      expect(await lists()).toBe(false);
      await api.put(member, { status: 'accepted' }, { token: api.partner.member });
      expect(await lists()).toBe(true);
      await api.delete(member);
      expect(await lists()).toBe(false);
      await api.delete(`/images/${id}`);
    });
  });
});
