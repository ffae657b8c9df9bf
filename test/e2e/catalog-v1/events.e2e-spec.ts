import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EventStream } from '../../support/event-stream.js';
import { expectStatus, ImageApi, useImageApi } from '../../support/image-api.js';

const api = useImageApi();
const open: EventStream[] = [];

async function follow(token: string, lastEventId?: string, at = api): Promise<EventStream> {
  const stream = await EventStream.open(at.app, token, lastEventId);
  open.push(stream);
  return stream;
}

afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});

describe('GET /catalog/v1/events', () => {
  describe('200 OK', () => {
    it('streams changes as CloudEvents, of one image in their order', async () => {
      const stream = await follow(api.owner.member);
      const reply = expectStatus(await api.post('/images', { name: 'one', colour: 'red' }), 201);
      const { id } = reply.body;
      for (let tag = 0; tag < 5; tag += 1) await api.put(`/images/${id}/tags/${tag}`);
      await api.delete(`/images/${id}`);

      const events = await stream.about(id, 7);
      expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
      expect(stream.headers['cache-control']).toBe('no-store');
      expect(events.map(({ event }) => event)).toEqual([
        'org.openstack.image.create',
        ...Array.from({ length: 5 }, () => 'org.openstack.image.update'),
        'org.openstack.image.delete',
      ]);
      expect(events[0]?.data).toEqual({
        specversion: '1.0',
        id: events[0]?.id,
        source: `${await api.app.listen()}/catalog/v1`,
        type: 'org.openstack.image.create',
        subject: `images/${id}`,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        datacontenttype: 'application/json',
        data: expect.objectContaining({
          tenant_id: api.owner.tenantId,
          image_id: id,
          request_id: reply.headers['x-openstack-request-id'],
          before: {},
          after: expect.objectContaining({ name: 'one', properties: { colour: 'red' } }),
        }),
      });
      expect(events[5]?.data.data).toMatchObject({
        before: { tags: ['0', '1', '2', '3'] },
        after: { tags: ['0', '1', '2', '3', '4'] },
      });
    });

    it('goes on behind Last-Event-ID without a gap or a repetition, on any replica', async () => {
      const { id } = await api.image();
      const stream = await follow(api.owner.member);
      await api.put(`/images/${id}/tags/a`);
      const tagged = () =>
        stream.events.find(({ data }) =>
          JSON.stringify(data.data['after']).includes('"tags":["a"]'),
        );
      await stream.until(() => tagged() !== undefined);
      const first = tagged();
      stream.close();
      for (const tag of ['b', 'c', 'd']) await api.put(`/images/${id}/tags/${tag}`);

      const second = new ImageApi();
      await second.join(api);
      try {
        const resumed = await follow(api.owner.member, first?.id, second);
        await api.put(`/images/${id}/tags/e`);
        const events = await resumed.about(id, 4);
        expect(
          events.map(({ data }) => (data.data['after'] as { tags: string[] }).tags.at(-1)),
        ).toEqual(['b', 'c', 'd', 'e']);
      } finally {
        await second.app.app.close();
        await second.app.database.close();
      }
    });

    it('misses nothing of transactions that end out of their order', async () => {
      const stream = await follow(api.owner.admin);
      const late = randomUUID();
      const client = await api.app.database.pool.connect();
      await client.query('BEGIN');
      await client.query('INSERT INTO images (id, owner) VALUES ($1, $2)', [late, 'late']);
      const early = await Promise.all(Array.from({ length: 5 }, () => api.image()));
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(stream.events.map(({ data }) => data.subject)).not.toContain(`images/${early[0]?.id}`);
      await client.query('COMMIT');
      client.release();

      expect(await stream.about(late, 1)).toHaveLength(1);
      for (const { id } of early) expect(await stream.about(id, 1)).toHaveLength(1);
      const ids = stream.events.map(({ id }) => Number(id));
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    });

    it('tells others only that an image that they see has changed', async () => {
      const shared = await api.image({ name: 'secret name', visibility: 'shared' });
      const hidden = await api.image({ visibility: 'private' });
      const streams = {
        partner: await follow(api.partner.member),
        stranger: await follow(api.stranger.member),
        reader: await follow(api.owner.reader),
      };
      await api.share(shared.id, api.partner, 'accepted');
      await api.share(shared.id, await api.callers.tenant('third'), 'accepted');
      await api.patch(shared.id, [{ op: 'replace', path: '/name', value: 'another' }]);
      await api.put(`/images/${hidden.id}/tags/t`);
      const { id: last } = await api.image({ visibility: 'public' }, api.owner.admin);
      await Promise.all(Object.values(streams).map((stream) => stream.about(last, 1)));

      // The streams begin where all is known to be written, which may be before the images were made.
      const seen = (stream: EventStream, id: string) =>
        stream.events
          .filter(({ data }) => data.subject === `images/${id}`)
          .filter(({ event }) => id === last || event !== 'org.openstack.image.create')
          .map(({ event, data }) => ({ event, ...data.data }));
      const nobody = { user_id: null, acting_tenant_id: null, request_id: null };
      const mine = { ...nobody, member_id: api.partner.tenantId };
      expect(seen(streams.partner, shared.id)).toEqual([
        expect.objectContaining({
          event: 'org.openstack.image.member.create',
          ...mine,
          after: { status: 'pending' },
        }),
        expect.objectContaining({
          event: 'org.openstack.image.member.update',
          ...mine,
          before: { status: 'pending' },
          after: { status: 'accepted' },
        }),
        expect.objectContaining({
          event: 'org.openstack.image.update',
          ...nobody,
          member_id: null,
          before: {},
          after: {},
        }),
      ]);
      expect(seen(streams.stranger, shared.id)).toEqual([]);
      expect(seen(streams.stranger, hidden.id)).toEqual([]);
      expect(seen(streams.partner, hidden.id)).toEqual([]);
      expect(seen(streams.reader, shared.id)).toHaveLength(5);
      expect(seen(streams.reader, hidden.id)).toHaveLength(1);
      expect(seen(streams.stranger, last)).toEqual([
        expect.objectContaining({ event: 'org.openstack.image.create', before: {}, after: {} }),
      ]);
      expect(JSON.stringify(streams.partner.events)).not.toContain('secret name');
    });

    it('ends when the caller is shut out', async () => {
      const tenant = await api.callers.tenant('streaming');
      const stream = await follow(tenant.member);
      const path = `/catalog/v1/tenants/${tenant.tenantId}/suspend`;
      await api.app.request('POST', path, { token: api.owner.admin });

      await stream.until(() => stream.isEnded);
      expect(stream.events.map(({ data }) => data['subject'])).not.toContain(
        `tenants/${tenant.tenantId}`,
      );
    });

    it('ends when the service stops, which does not wait for it', async () => {
      const second = new ImageApi();
      await second.join(api);
      const stream = await follow(api.owner.member, undefined, second);
      await second.app.app.close();
      await second.app.database.close();

      await stream.until(() => stream.isEnded);
      expect(stream.status).toBe(200);
    });
  });

  describe('400 Bad Request', () => {
    it.each(['x', '-1', '99999999999999999999'])('is for Last-Event-ID %s', async (id) => {
      expect((await follow(api.owner.member, id)).status).toBe(400);
    });
  });

  describe('401 Unauthorized', () => {
    it('is without a valid token', async () => {
      expect((await follow('x')).status).toBe(401);
    });
  });

  describe('403 Forbidden', () => {
    it('is for tokens without a tenant, or without the role reader', async () => {
      expect((await follow(api.callers.unscoped)).status).toBe(403);
      expect((await follow(api.owner.noRole)).status).toBe(403);
    });
  });
});
