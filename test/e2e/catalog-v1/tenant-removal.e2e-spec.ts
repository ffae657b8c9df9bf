import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunTenantRemovals, TenantEstate } from '../../../src/tenants/index.js';
import type { TestResponse } from '../../support/app.js';
import type { TenantCallers } from '../../support/callers.js';
import { expectStatus, useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const remove = (tenantId: string, body: unknown, token = api.owner.admin): Promise<TestResponse> =>
  api.app.request('POST', `/catalog/v1/tenants/${tenantId}/removal`, { token, body });

const progress = (tenantId: string): Promise<TestResponse> =>
  api.app.request('GET', `/catalog/v1/tenants/${tenantId}/removal`, { token: api.owner.admin });

interface Progress {
  readonly state: string;
  readonly remaining: Readonly<Record<string, { readonly count: number }>>;
}

async function until(
  tenantId: string,
  isReached: (progress: Progress) => boolean,
): Promise<TestResponse> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const reply = expectStatus(await progress(tenantId), 200);
    if (isReached(reply.body as Progress) || Date.now() > deadline) return reply;
    await sleep(50);
  }
}

const untilDone = (tenantId: string): Promise<TestResponse> =>
  until(tenantId, ({ state }) => state === 'done');

const rows = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await api.app.database.pool.query(text, values)).rows;

/** Images with and without data, a protected one, a deleted one, a share each way, and a namespace. */
async function furnish(tenant: TenantCallers): Promise<{ dataId: string; deletedId: string }> {
  const token = tenant.member;
  const formats = { disk_format: 'raw', container_format: 'bare' };
  const { id: dataId } = await api.image({ ...formats, protected: true }, token);
  const body = Buffer.alloc(2048, 7);
  const headers = { 'content-type': 'application/octet-stream' };
  expectStatus(await api.put(`/images/${dataId}/file`, body, { token, headers }), 204);
  const { id: deletedId } = await api.image({}, token);
  expectStatus(await api.delete(`/images/${deletedId}`, { token }), 204);
  const foreign = await api.image({ visibility: 'shared' });
  expectStatus(await api.post(`/images/${foreign.id}/members`, { member: tenant.tenantId }), 200);
  const namespace = { namespace: `of-${tenant.tenantId}`, owner: tenant.tenantId, protected: true };
  expectStatus(await api.post('/metadefs/namespaces', namespace, { token: tenant.admin }), 201);
  return { dataId, deletedId };
}

const HOLDINGS = {
  images: { count: 2, bytes: 2048 },
  image_shares: { count: 1, bytes: 0 },
  metadef_namespaces: { count: 1, bytes: 0 },
  projects: { count: 1, bytes: 0 },
};
const NOTHING = Object.fromEntries(
  Object.keys(HOLDINGS).map((kind) => [kind, { count: 0, bytes: 0 }]),
);

describe('POST /catalog/v1/tenants/{tenant_id}/removal', () => {
  let tenant: TenantCallers;
  let ids: Awaited<ReturnType<typeof furnish>>;

  beforeAll(async () => {
    tenant = await api.callers.tenant('removed');
    ids = await furnish(tenant);
  });

  describe('200 OK', () => {
    it('counts what the tenant owns and changes nothing, unless told otherwise', async () => {
      const { tenantId, member: token } = tenant;

      expect((await remove(tenantId, {})).body).toEqual({
        tenant_id: tenantId,
        holdings: HOLDINGS,
      });
      expect((await remove(tenantId, { dry_run: true })).body.holdings).toEqual(HOLDINGS);
      expect((await api.get(`/images/${ids.dataId}`, { token })).status).toBe(200);
      expect((await progress(tenantId)).status).toBe(404);
    });
  });

  describe('202 Accepted', () => {
    it('removes everything, tells how far it is, and lets the bytes go through the queue', async () => {
      const { tenantId, member: token } = tenant;
      const other = await api.image({ name: 'stays' });
      const begun = expectStatus(await remove(tenantId, { dry_run: false }), 202);

      expect(begun.body).toMatchObject({ state: 'running', holdings: HOLDINGS });
      expect((await api.get('/images', { token })).status).toBeGreaterThanOrEqual(401);
      const done = await untilDone(tenantId);
      expect(done.body).toMatchObject({ state: 'done', holdings: HOLDINGS, remaining: NOTHING });
      expect(done.body.finished_at).toEqual(expect.any(String));

      const images = [ids.dataId, ids.deletedId];
      expect(await rows('SELECT status, owner FROM images WHERE id = ANY ($1)', images)).toEqual([
        { status: 'purged', owner: null },
        { status: 'purged', owner: null },
      ]);
      expect(await rows('SELECT FROM image_locations WHERE image_id = ANY ($1)', images)).toEqual(
        [],
      );
      expect(await rows('SELECT FROM image_data_removals')).toEqual([]);
      expect(await rows('SELECT FROM tenants WHERE id = $1', tenantId)).toEqual([]);
      expect((await api.get(`/images/${other.id}`)).body.name).toBe('stays');
    });

    it('is taken up by others where a killed process left it, and waits for uploads to end', async () => {
      const owner = `interrupted-${randomUUID()}`;
      const doomed = await Promise.all(
        Array.from({ length: 5 }, () => api.storedImage({ owner, isProtected: true })),
      );
      const [uploading] = doomed;
      await rows(
        `INSERT INTO image_uploads (image_id, upload_id, store_id, key, kind)
         VALUES ($1, gen_random_uuid(), 'default', 'x.00', 'saving')`,
        uploading,
      );
      // As a process leaves it that died under its lease.
      await rows(
        `INSERT INTO tenant_removals (tenant_id, holdings, origin, leased_until)
         VALUES ($1, '{"images":{"count":5,"bytes":5120}}', '{"userId":"u","tenantId":"t","requestId":"req-1"}', now())`,
        owner,
      );
      const run = api.app.app.get(RunTenantRemovals, { strict: false });

      expect(await run.execute()).toBe(0);
      const halfway = await until(owner, ({ remaining }) => remaining['images']?.count === 1);
      expect(halfway.body).toMatchObject({ state: 'running' });
      await rows('DELETE FROM image_uploads WHERE image_id = $1', uploading);
      expect((await untilDone(owner)).body.remaining).toMatchObject({ images: { count: 0 } });
      expect(await rows('SELECT FROM images WHERE owner = $1', owner)).toEqual([]);
    });

    it('covers every kind of thing that tenants own', () => {
      const { all } = api.app.app.get(TenantEstate, { strict: false });

      expect(all.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(HOLDINGS).toSorted());
    });
  });

  describe('400 Bad Request', () => {
    it.each([[[]], [{ dry_run: 'no' }], [{ dryrun: false }], ['text']])(
      'is for %j',
      async (body) => {
        expect((await remove('anyone', JSON.stringify(body))).status).toBe(400);
      },
    );
  });

  describe('403 Forbidden', () => {
    it('is for everybody but admins', async () => {
      const { tenantId, manager } = api.owner;

      expect((await remove(tenantId, { dry_run: false }, manager)).status).toBe(403);
    });
  });

  describe('409 Conflict', () => {
    it('is for the own tenant, and for one that is being removed', async () => {
      const { tenantId } = api.owner;
      expect((await remove(tenantId, { dry_run: false })).status).toBe(409);
      await rows(
        `INSERT INTO tenant_removals (tenant_id, holdings, origin, leased_until)
         VALUES ('held', '{}', '{}', now() + interval '1 hour')`,
      );

      expect((await remove('held', { dry_run: false })).status).toBe(409);
      const token = api.owner.admin;
      const resume = await api.app.request('POST', '/catalog/v1/tenants/held/resume', { token });
      expect(resume.status).toBe(409);
    });
  });
});
