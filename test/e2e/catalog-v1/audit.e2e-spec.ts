import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { auditOf, type AuditDocument } from '../../support/audit.js';
import { expectStatus, useImageApi } from '../../support/image-api.js';

const api = useImageApi({ CATALOG_DELETED_RETENTION: '7d' });

const admin = () => ({ token: api.owner.admin });
const get = (query: string, token = api.owner.admin) =>
  api.app.request('GET', `/catalog/v1/audit${query}`, { token });

const query = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await api.app.database.pool.query(text, values)).rows;

/** What a record says about the change itself. */
const change = ({ action, before, after }: AuditDocument) => ({ action, before, after });

describe('GET /catalog/v1/audit', () => {
  describe('200 OK', () => {
    it('tells every change of an image, as it was before and is since', async () => {
      const { tenantId } = api.partner;
      const { id } = await api.image({
        name: 'one',
        disk_format: 'raw',
        container_format: 'bare',
        colour: 'red',
      });
      await api.patch(id, [
        { op: 'replace', path: '/name', value: 'two' },
        { op: 'replace', path: '/colour', value: 'blue' },
        { op: 'add', path: '/size_class', value: 'L' },
      ]);
      await api.put(`/images/${id}/tags/fresh`);
      await api.share(id, api.partner, 'accepted');
      await api.delete(`/images/${id}/members/${tenantId}`);
      const headers = { 'content-type': 'application/octet-stream' };
      expectStatus(await api.put(`/images/${id}/file`, Buffer.from('data'), { headers }), 204);
      await api.post(`/images/${id}/actions/deactivate`, undefined, admin());
      await api.post(`/images/${id}/actions/reactivate`, undefined, admin());
      await api.delete(`/images/${id}`);
      await api.app.request('POST', `/catalog/v1/deleted-images/${id}/restore`, admin());

      const records = await auditOf(api, `image_id=${id}`);
      expect(records.map(({ action }) => action)).toEqual([
        'image.create',
        'image.update',
        'image.update',
        'image.member.create',
        'image.member.update',
        'image.member.delete',
        'image.prepare',
        'image.location.create',
        'image.upload',
        'image.deactivate',
        'image.reactivate',
        'image.delete',
        'image.restore',
      ]);
      expect(records.every(({ user_id, request_id }) => user_id && request_id)).toBe(true);
      const byAction = new Map(records.map((record) => [record.action, record]));
      expect(byAction.get('image.create')?.after).toMatchObject({
        name: 'one',
        owner: api.owner.tenantId,
        status: 'queued',
        tags: [],
        properties: { colour: 'red' },
      });
      expect(records.slice(1, 6).map(change)).toEqual([
        {
          action: 'image.update',
          before: { name: 'one', properties: { colour: 'red' } },
          after: { name: 'two', properties: { colour: 'blue', size_class: 'L' } },
        },
        { action: 'image.update', before: { tags: [] }, after: { tags: ['fresh'] } },
        { action: 'image.member.create', before: {}, after: { status: 'pending' } },
        {
          action: 'image.member.update',
          before: { status: 'pending' },
          after: { status: 'accepted' },
        },
        { action: 'image.member.delete', before: { status: 'accepted' }, after: {} },
      ]);
      expect(byAction.get('image.upload')).toMatchObject({
        before: { status: 'saving', size: null, checksum: null },
        after: { status: 'active', size: 4, checksum: '8d777f385d3dfec8815d20f7496026dc' },
      });
      expect(byAction.get('image.member.update')).toMatchObject({
        member_id: tenantId,
        tenant_id: api.owner.tenantId,
        acting_tenant_id: tenantId,
      });
    });

    it('tells who asked, for which tenant, by which request and when', async () => {
      const created = await api.post('/images', {});
      const { body: me } = await api.app.request('GET', '/identity/v3/auth/tokens', {
        ...admin(),
        headers: { 'x-subject-token': api.owner.member },
      });
      const [record] = await auditOf(api, `image_id=${created.body.id}`);

      expect(record).toMatchObject({
        user_id: me.token.user.id,
        acting_tenant_id: api.owner.tenantId,
        tenant_id: api.owner.tenantId,
        request_id: created.headers['x-openstack-request-id'],
      });
      expect(Math.abs(Date.parse(record?.time ?? '') - Date.now())).toBeLessThan(3_600_000);
    });

    it('tells quotas, suspensions and projects', async () => {
      const { tenantId } = await api.callers.tenant('watched');
      const path = `/catalog/v1/tenants/${tenantId}`;
      await api.app.request('PUT', `${path}/quota`, { ...admin(), body: { image_count: 5 } });
      await api.app.request('PUT', `${path}/quota`, { ...admin(), body: { image_count: 6 } });
      await api.app.request('POST', `${path}/suspend`, admin());
      await api.app.request('POST', `${path}/resume`, admin());

      const records = await auditOf(api, `tenant_id=${tenantId}`);
      expect(records.map(({ action }) => action)).toEqual([
        'project.create',
        'tenant.create',
        'tenant.quota.update',
        'tenant.suspend',
        'tenant.resume',
      ]);
      expect(records[2]).toMatchObject({
        before: { image_count_quota: 5 },
        after: { image_count_quota: 6 },
        acting_tenant_id: api.owner.tenantId,
      });
      expect(records.every(({ user_id, request_id }) => user_id && request_id)).toBe(true);
    });

    it('holds nothing of a write that was refused, or that changed nothing', async () => {
      const { id } = await api.image({ name: 'same' });
      expectStatus(await api.post('/images', { id }), 409);
      expectStatus(await api.patch(id, [{ op: 'replace', path: '/size', value: 1 }]), 403);
      await api.put(`/images/${id}/tags/t`);
      await api.put(`/images/${id}/tags/t`);

      expect(await auditOf(api, `image_id=${id}`)).toHaveLength(2);
    });

    it('names the service itself where nobody asked', async () => {
      const id = await api.storedImage({ status: 'queued', size: null });
      await query(`UPDATE images SET name = 'by hand' WHERE id = $1`, id);

      expect((await auditOf(api, `image_id=${id}`)).at(-1)).toMatchObject({
        user_id: null,
        request_id: null,
        after: { name: 'by hand' },
      });
    });

    it('names who asked for an import, which runs in the background', async () => {
      const { id } = await api.image({ disk_format: 'raw', container_format: 'bare' });
      const headers = { 'content-type': 'application/octet-stream' };
      expectStatus(await api.put(`/images/${id}/stage`, Buffer.from('data'), { headers }), 204);
      const method = { method: { name: 'glance-direct' } };
      const asked = expectStatus(await api.post(`/images/${id}/import`, method), 202);
      const deadline = Date.now() + 60_000;
      while ((await api.shown(id)).status !== 'active' && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }

      const records = await auditOf(api, `image_id=${id}`);
      expect(records.map(({ action, user_id }) => ({ action, isNamed: user_id !== null }))).toEqual(
        records.map(({ action }) => ({ action, isNamed: true })),
      );
      expect(records.find(({ action }) => action === 'image.upload')).toMatchObject({
        request_id: asked.headers['x-openstack-request-id'],
        acting_tenant_id: api.owner.tenantId,
      });
      const copies = records.filter(({ action }) => action === 'image.location.create');
      expect(copies).toHaveLength(1);
    });

    it('never tells where data is', async () => {
      const { id } = await api.image({ disk_format: 'raw', container_format: 'bare' });
      const headers = { 'content-type': 'application/octet-stream' };
      await api.put(`/images/${id}/file`, Buffer.from('data'), { headers });
      const [location] = (await query(
        'SELECT url, key FROM image_locations WHERE image_id = $1',
        id,
      )) as {
        url: string;
        key: string;
      }[];

      const { text } = await get(`?image_id=${id}`);
      expect(text).not.toContain(location?.url);
      expect(text).not.toContain(location?.key);
    });

    it('shows owners what happened to the things of their tenant, and nothing else', async () => {
      const mine = await api.image({ name: 'mine' });
      const theirs = await api.image({ visibility: 'public' }, api.partner.admin);
      await api.patch(mine.id, [{ op: 'replace', path: '/name', value: 'x' }], admin());

      const own = await auditOf(api, '', api.owner.reader);
      expect(own.map(({ tenant_id }) => tenant_id)).toEqual(own.map(() => api.owner.tenantId));
      expect(own.filter(({ image_id }) => image_id === mine.id)).toHaveLength(2);
      expect(await auditOf(api, `image_id=${theirs.id}`, api.owner.member)).toEqual([]);
      expect(await auditOf(api, `tenant_id=${api.partner.tenantId}`, api.owner.member)).toEqual([]);
      expect(await auditOf(api, `image_id=${theirs.id}`)).toHaveLength(1);
    });

    it('filters by each field and by time', async () => {
      const reply = await api.post('/images', { name: 'filtered' });
      const requestId = String(reply.headers['x-openstack-request-id']);
      const [record] = await auditOf(api, `request_id=${requestId}`);
      const { id, time, user_id: user } = record!;
      const after = new Date(Date.parse(time) + 1).toISOString();

      const ids = async (filter: string) =>
        (await auditOf(api, `image_id=${reply.body.id}&${filter}`)).map((found) => found.id);
      for (const filter of [
        `user_id=${user}`,
        'action=image.create',
        `tenant_id=${api.owner.tenantId}`,
        `since=${time}`,
        `until=${after}`,
        `since=${time}&until=${after}&action=image.create`,
      ]) {
        expect([filter, await ids(filter)]).toEqual([filter, [id]]);
      }
      for (const filter of [
        'user_id=x',
        'action=image.delete',
        `until=${time}`,
        `since=${after}`,
      ]) {
        expect([filter, await ids(filter)]).toEqual([filter, []]);
      }
    });

    it('pages through every record once, while others are added', async () => {
      const { id } = await api.image({});
      for (let tag = 0; tag < 7; tag += 1) await api.put(`/images/${id}/tags/${tag}`);
      const all = (await auditOf(api, `image_id=${id}`)).map((record) => record.id).toReversed();

      const seen: string[] = [];
      let path: string | undefined = `?image_id=${id}&limit=3`;
      while (path !== undefined) {
        const { body } = expectStatus(await get(path), 200);
        const page = body as { records: AuditDocument[]; next?: string };
        seen.push(...page.records.map((record) => record.id));
        path = page.next?.replace('/catalog/v1/audit', '');
        await api.put(`/images/${id}/tags/later-${seen.length}`);
      }
      expect(seen).toEqual(all);
    });

    it('tells a bulk load by the number of its images', async () => {
      const client = await api.app.database.pool.connect();
      const owner = `loaded-${randomUUID()}`;
      try {
        await client.query('BEGIN');
        await client.query(`SET LOCAL catalog.bulk = 'on'`);
        await client.query(
          'INSERT INTO images (id, owner, size) SELECT gen_random_uuid(), $1, 10 FROM generate_series(1, 50)',
          [owner],
        );
        await client.query('COMMIT');
      } finally {
        client.release();
      }

      const records = await auditOf(api, `tenant_id=${owner}`);
      expect(records.map(change)).toContainEqual({
        action: 'image.load',
        before: {},
        after: { images: 50, bytes: 500 },
      });
      expect(records.map(({ action }) => action)).not.toContain('image.create');
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      '?action=image.explode',
      '?image_id=x',
      '?since=yesterday',
      '?marker=-1',
      '?marker=9223372036854775808',
      '?limit=x',
      '?owner=x',
    ])('is for %s', async (bad) => {
      expect((await get(bad)).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is for tokens without a tenant, or without the role reader', async () => {
      expect((await get('', api.callers.unscoped)).status).toBe(403);
      expect((await get('', api.owner.noRole)).status).toBe(403);
    });
  });
});
