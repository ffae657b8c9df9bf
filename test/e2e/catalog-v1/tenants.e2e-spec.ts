import { describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { ImageApi, useImageApi } from '../../support/image-api.js';

const api = useImageApi({ CATALOG_TENANT_IMAGE_COUNT_QUOTA: '7' });

const call = (method: Method, path: string, body?: unknown, token = api.owner.admin) =>
  api.app.request(method, `/catalog/v1/tenants${path}`, { token, body });

const suspend = (tenantId: string) => call('POST', `/${tenantId}/suspend`);
const resume = (tenantId: string) => call('POST', `/${tenantId}/resume`);

async function pagesOf(query: string): Promise<string[]> {
  const ids: string[] = [];
  let path: string | undefined = `/catalog/v1/tenants${query}`;
  while (path !== undefined) {
    const reply = await api.app.request('GET', path, { token: api.owner.admin });
    const page = reply.body as { tenants: { tenant_id: string }[]; next?: string };
    ids.push(...page.tenants.map((tenant) => tenant.tenant_id));
    path = page.next;
  }
  return ids;
}

describe('GET /catalog/v1/tenants', () => {
  describe('200 OK', () => {
    it('lists every tenant once, by code points of its id, whatever the size of the pages', async () => {
      const ids = ['b', 'B', 'é', 'a-1', 'z', '_'];
      for (const owner of ids) await api.storedImage({ owner, size: 10n });

      const all = await pagesOf('?limit=1000');
      expect(all).toEqual(expect.arrayContaining(ids));
      expect(all).toEqual(all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      for (const limit of [1, 2, 5]) expect(await pagesOf(`?limit=${limit}`)).toEqual(all);
    });

    it('tells usage and quota, and filters by suspension', async () => {
      await api.storedImage({ owner: 'counted', size: 40n });
      await suspend('dormant');

      const { body } = await call('GET', '?suspended=true');
      expect(body.tenants).toEqual([expect.objectContaining({ tenant_id: 'dormant' })]);
      expect(await pagesOf('?suspended=false')).not.toContain('dormant');
      expect((await call('GET', '/counted')).body).toEqual({
        tenant_id: 'counted',
        suspended: false,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        image_count: { usage: 1, limit: 7, is_default: true },
        image_bytes: { usage: 40, limit: -1, is_default: true },
      });
    });
  });

  describe('400 Bad Request', () => {
    it.each(['?marker=never-heard-of', '?limit=x', '?suspended=yes'])(
      'is for %s',
      async (query) => {
        expect((await call('GET', query)).status).toBe(400);
      },
    );
  });

  describe('403 Forbidden', () => {
    it('is for everybody but admins', async () => {
      expect((await call('GET', '', undefined, api.owner.manager)).status).toBe(403);
    });
  });
});

describe('GET /catalog/v1/tenants/{tenant_id}', () => {
  describe('404 Not Found', () => {
    it('is for a tenant that nobody has heard of', async () => {
      expect((await call('GET', '/unheard-of')).status).toBe(404);
    });
  });
});

describe('POST /catalog/v1/tenants/{tenant_id}/suspend', () => {
  describe('200 OK', () => {
    it('shuts the tenant out of every API and leaves its data, until it is resumed', async () => {
      const tenant = await api.callers.tenant('suspended');
      const { id } = await api.image({ visibility: 'public' }, tenant.admin);
      const token = tenant.member;
      expect((await suspend(tenant.tenantId)).body).toMatchObject({ suspended: true });

      const paths = [
        '/image/v2/images',
        '/v2.1/images',
        '/v2/info/usage',
        '/identity/v3/auth/projects',
      ];
      for (const path of paths) {
        expect([path, (await api.app.request('GET', path, { token })).status]).toEqual([path, 403]);
      }
      expect((await api.get(`/images/${id}`)).status).toBe(200);
      expect((await suspend(tenant.tenantId)).status).toBe(200);

      expect((await resume(tenant.tenantId)).body).toMatchObject({ suspended: false });
      expect((await api.get(`/images/${id}`, { token })).body.name).toBeNull();
    });

    it('shows on another replica within seconds', async () => {
      const tenant = await api.callers.tenant('suspended elsewhere');
      const second = new ImageApi();
      await second.join(api);
      try {
        const status = async () => (await second.get('/images', { token: tenant.member })).status;
        expect(await status()).toBe(200);
        await suspend(tenant.tenantId);

        const deadline = Date.now() + 60_000;
        while ((await status()) !== 403 && Date.now() < deadline) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        expect(await status()).toBe(403);
      } finally {
        await second.app.app.close();
        await second.app.database.close();
      }
    });

    it('costs no statement per request', async () => {
      const { token } = { token: api.owner.member };
      await api.get('/images', { token });
      const counted: string[] = [];
      const { pool } = api.app.database;
      const query = pool.query.bind(pool);
      pool.query = ((config: { name: string }, ...rest: unknown[]) => {
        counted.push(config.name);
        return (query as (...parameters: unknown[]) => unknown)(config, ...rest);
      }) as typeof pool.query;
      try {
        // Each for the first time: what is asked for again may take no statement at all.
        for (let limit = 1; limit <= 20; limit += 1) {
          await api.get(`/images?limit=${limit}`, { token });
        }
      } finally {
        pool.query = query;
      }

      expect(counted.filter((name) => name.startsWith('list-'))).toHaveLength(20);
      expect(counted.filter((name) => name === 'suspended-tenants').length).toBeLessThan(20);
    });
  });

  describe('409 Conflict', () => {
    it('is for the own tenant', async () => {
      expect((await suspend(api.owner.tenantId)).status).toBe(409);
      expect((await api.get('/images')).status).toBe(200);
    });
  });
});
