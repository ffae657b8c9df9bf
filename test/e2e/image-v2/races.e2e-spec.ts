import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TestResponse } from '../../support/app.js';
import { ImageApi, useImageApi } from '../../support/image-api.js';

/** Two replicas: two applications on one database. */
const one = useImageApi({
  CATALOG_IMAGE_PROPERTY_QUOTA: '40',
  CATALOG_IMAGE_TAG_QUOTA: '40',
  CATALOG_IMAGE_MEMBER_QUOTA: '12',
  CATALOG_TENANT_IMAGE_COUNT_QUOTA: '1000',
});
const two = new ImageApi();

beforeAll(async () => {
  await two.join(one);
});
afterAll(() => two.app.close());

/** Runs `work` many times at once, on both replicas in turn. */
function atOnce(
  times: number,
  work: (api: ImageApi, index: number) => Promise<TestResponse>,
): Promise<TestResponse[]> {
  const calls = Array.from({ length: times }, (_, index) =>
    work(index % 2 === 0 ? one : two, index),
  );
  return Promise.all(calls);
}

/** How often each status came back. */
function tally(replies: readonly TestResponse[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const add = (path: string, value: unknown) => ({ op: 'add', path, value });

const names = (replies: readonly TestResponse[], ok: number): string[] =>
  replies.flatMap(({ status }, index) => (status === ok ? [`n${index}`] : []));

describe('PATCH /v2/images/{image_id}', () => {
  it('keeps every acknowledged one of 32 properties that are set at once', async () => {
    const { id } = await one.image();

    const replies = await atOnce(32, (api, index) => api.patch(id, [add(`/n${index}`, 'x')]));

    const shown = await two.shown(id);
    const present = Object.keys(shown).filter((name) => /^n\d+$/.test(name));
    expect(present.toSorted()).toEqual(names(replies, 200).toSorted());
    expect(Object.keys(tally(replies)).every((status) => ['200', '409'].includes(status))).toBe(
      true,
    );
    expect(present.length).toBeGreaterThan(24);
  });

  it('is seen as a whole: two attributes set together never come from two requests', async () => {
    const { id } = await one.image({ name: 'n', mine: 'n' });
    const torn: unknown[] = [];
    const read = async (api: ImageApi): Promise<TestResponse> => {
      const reply = await api.get(`/images/${id}`);
      if (reply.body.name !== reply.body.mine) torn.push(reply.body);
      return reply;
    };

    await atOnce(40, (api, index) =>
      index % 4 < 2
        ? read(api)
        : api.patch(id, [add('/name', `v${index}`), add('/mine', `v${index}`)]),
    );

    expect(torn).toEqual([]);
  });

  it('lets exactly one of many writers win who name the same state', async () => {
    const { id } = await one.image();
    const headers = {
      'content-type': 'application/openstack-images-v2.1-json-patch',
      'if-match': String((await one.get(`/images/${id}`)).headers['etag']),
    };

    const replies = await atOnce(10, (api, index) =>
      api.patch(id, [add('/name', `n${index}`)], { headers }),
    );

    expect(tally(replies)).toEqual({ 200: 1, 412: 9 });
    expect(names(replies, 200)).toEqual([(await one.shown(id)).name]);
  });

  it('holds the property quota exactly', async () => {
    const { id } = await one.image(
      Object.fromEntries(range(36).map((index) => [`p${index}`, 'x'])),
    );

    const replies = await atOnce(12, (api, index) => api.patch(id, [add(`/n${index}`, 'x')]));

    const present = Object.keys(await one.shown(id)).filter((name) => /^n\d+$/.test(name));
    expect(present.toSorted()).toEqual(names(replies, 200).toSorted());
    expect(tally(replies)).toEqual({ 200: 4, 413: 8 });
  });
});

describe('PUT /v2/images/{image_id}/tags/{tag}', () => {
  it('keeps every acknowledged one of 32 tags that are set at once', async () => {
    const { id } = await one.image();

    const replies = await atOnce(32, (api, index) => api.put(`/images/${id}/tags/n${index}`));

    expect((await two.shown(id)).tags.toSorted()).toEqual(names(replies, 204).toSorted());
    expect((await two.shown(id)).tags.length).toBeGreaterThan(24);
  });

  it('sets one tag once, whoever asks how often', async () => {
    const { id } = await one.image();

    const replies = await atOnce(12, (api) => api.put(`/images/${id}/tags/same`));

    expect(tally(replies)).toEqual({ 204: 12 });
    expect((await one.shown(id)).tags).toEqual(['same']);
  });

  it('removes one tag once', async () => {
    const { id } = await one.image({ tags: ['x', 'y'] });

    const replies = await atOnce(8, (api) => api.delete(`/images/${id}/tags/x`));

    expect(tally(replies)).toEqual({ 204: 1, 404: 7 });
    expect((await one.shown(id)).tags).toEqual(['y']);
  });

  it('loses nothing among properties, tags and members that are set at once', async () => {
    const { id } = await one.image();

    const replies = await atOnce(30, (api, index) => {
      if (index % 3 === 0) return api.patch(id, [add(`/n${index}`, 'x')]);
      if (index % 3 === 1) return api.put(`/images/${id}/tags/n${index}`);
      return api.post(`/images/${id}/members`, { member: `n${index}` });
    });

    const shown = await one.shown(id);
    const { members } = (await one.get(`/images/${id}/members`)).body;
    const present = [
      ...Object.keys(shown).filter((name) => /^n\d+$/.test(name)),
      ...shown.tags,
      ...(members as { member_id: string }[]).map(({ member_id: memberId }) => memberId),
    ];
    const acknowledged = replies.flatMap(({ status }, index) =>
      status < 300 ? [`n${index}`] : [],
    );
    expect(present.toSorted()).toEqual(acknowledged.toSorted());
  });
});

describe('POST /v2/images/{image_id}/members', () => {
  it('adds one member once, and says so to exactly one of many', async () => {
    const { id } = await one.image();

    const replies = await atOnce(12, (api) => api.post(`/images/${id}/members`, { member: 'x' }));

    expect(tally(replies)).toEqual({ 200: 1, 409: 11 });
    expect((await one.get(`/images/${id}/members`)).body.members).toHaveLength(1);
    expect((await one.delete(`/images/${id}`)).status).toBe(204);
  });

  it('holds the member quota exactly', async () => {
    const { id } = await one.image();

    const replies = await atOnce(20, (api, index) =>
      api.post(`/images/${id}/members`, { member: `n${index}` }),
    );

    expect(tally(replies)).toEqual({ 200: 12, 413: 8 });
    expect((await one.get(`/images/${id}/members`)).body.members).toHaveLength(12);
  });

  it('removes one member once', async () => {
    const { id } = await one.image();
    await one.post(`/images/${id}/members`, { member: 'x' });

    const replies = await atOnce(8, (api) => api.delete(`/images/${id}/members/x`));

    expect(tally(replies)).toEqual({ 204: 1, 404: 7 });
  });
});

describe('DELETE /v2/images/{image_id}', () => {
  it('is acknowledged to exactly one of many', async () => {
    const { id } = await one.image();

    const replies = await atOnce(12, (api) => api.delete(`/images/${id}`));

    expect(tally(replies)).toEqual({ 204: 1, 404: 11 });
  });

  it('wins against every other write: afterwards the image is gone everywhere', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await one.image();
      const writes = [
        (api: ImageApi) => api.patch(id, [add('/name', 'x')]),
        (api: ImageApi) => api.put(`/images/${id}/tags/x`),
        (api: ImageApi) => api.post(`/images/${id}/members`, { member: 'x' }),
        (api: ImageApi) => api.delete(`/images/${id}`),
      ];

      const replies = await atOnce(16, (api, index) => writes[index % 4]!(api));

      const deletes = replies.filter((_reply, index) => index % 4 === 3);
      expect(deletes.filter(({ status }) => status === 204)).toHaveLength(1);
      expect(replies.map(({ status }) => [200, 204, 404, 409].includes(status))).not.toContain(
        false,
      );
      for (const api of [one, two]) {
        expect((await api.get(`/images/${id}`)).status).toBe(404);
        expect((await api.list(`?id=${id}`)).images).toEqual([]);
      }
    }
  });

  it('agrees with protection that is set at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await one.image();

      const [protection, removal] = await atOnce(2, (api, index) =>
        index === 0 ? api.patch(id, [add('/protected', true)]) : api.delete(`/images/${id}`),
      );

      const outcome = [protection?.status, removal?.status];
      expect([
        [200, 403],
        [404, 204],
      ]).toContainEqual(outcome);
      expect((await two.get(`/images/${id}`)).status).toBe(outcome[0]);
    }
  });
});

describe('POST /v2/images', () => {
  it('makes one image of one id, and says so to exactly one of many', async () => {
    const id = randomUUID();

    const replies = await atOnce(12, (api, index) =>
      api.post('/images', { id, name: `n${index}` }),
    );

    expect(tally(replies)).toEqual({ 201: 1, 409: 11 });
    expect([(await two.shown(id)).name]).toEqual(names(replies, 201));
  });

  it('holds the image quota exactly, and the counters agree with the images', async () => {
    const tenant = await one.callers.tenant('crowded');
    const quota = `/catalog/v1/tenants/${tenant.tenantId}/quota`;
    const options = { token: tenant.member };
    await one.app.request('PUT', quota, { token: tenant.admin, body: { image_count: 7 } });
    const used = async () =>
      (await two.app.request('GET', quota, { token: tenant.admin })).body.image_count.usage;

    const creates = await atOnce(24, (api) => api.post('/images', {}, options));
    expect(tally(creates)).toEqual({ 201: 7, 413: 17 });
    expect(await used()).toBe(7);

    const ids = creates.flatMap(({ status, body }) => (status === 201 ? [String(body.id)] : []));
    await atOnce(21, (api, index) =>
      index % 3 === 0
        ? api.delete(`/images/${ids[index / 3]}`, options)
        : api.post('/images', {}, options),
    );
    const { images } = await one.list('?visibility=shared', tenant.member);
    expect(await used()).toBe(images.length);
    expect(images.length).toBeLessThanOrEqual(7);
  });

  it('shows on every replica at once what one has acknowledged', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await one.image({ name: 'x' });
      expect((await two.get(`/images/${id}`)).status).toBe(200);
      const listed = async () => (await one.list(`?id=${id}`)).images;
      for (let time = 0; time < 3; time += 1) expect((await listed())[0]?.name).toBe('x');
      await two.patch(id, [add('/name', 'y')]);
      expect((await one.get(`/images/${id}`)).body.name).toBe('y');
      expect((await listed())[0]?.name).toBe('y');
      await one.delete(`/images/${id}`);
      expect((await two.get(`/images/${id}`)).status).toBe(404);
      expect(await listed()).toEqual([]);
    }
  });
});

describe('POST /catalog/v1/deleted-images/{image_id}/restore', () => {
  it('is acknowledged to exactly one of many, and counted once', async () => {
    const tenant = await one.callers.tenant('restored');
    const { id } = await one.image({}, tenant.member);
    await one.delete(`/images/${id}`, { token: tenant.member });
    const path = `/catalog/v1/deleted-images/${id}/restore`;

    const replies = await atOnce(8, ({ app }) =>
      app.request('POST', path, { token: tenant.admin }),
    );

    expect(tally(replies)).toEqual({ 200: 1, 404: 7 });
    const usage = (await two.get('/info/usage', { token: tenant.reader })).body.usage;
    expect(usage.image_count_total.usage).toBe(1);
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
