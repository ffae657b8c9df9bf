import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { imageOperations, pathOf, type Operation } from '../../support/image-routes.js';
import { ImageApi, PATCH_V21, useImageApi } from '../../support/image-api.js';

const accept = 'application/json';

/** Bodies with which an operation gets as far as the database. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /v2/images': {},
  'PATCH /v2/images/:image_id': [],
  'POST /v2/images/:image_id/members': { member: 'x' },
  'PUT /v2/images/:image_id/members/:member_id': { status: 'accepted' },
  'POST /v2/images/:image_id/locations': { url: 'https://images.example.org/disk' },
  'PUT /catalog/v1/tenants/:tenant_id/quota': {},
};

function call(api: ImageApi, { method, url }: Operation, imageId: string) {
  const contentType = method === 'PATCH' ? PATCH_V21 : 'application/json';
  return api.app.request(method, pathOf(url, { image_id: imageId }), {
    token: api.owner.admin,
    headers: { accept, 'content-type': contentType, 'tus-resumable': '1.0.0' },
    body: BODIES[`${method} ${url}`],
  });
}

/** Operations on records, which none can answer without the database. */
const onRecords = (api: ImageApi): Operation[] =>
  imageOperations(api).filter(({ method, url }) => {
    const isKnown = method === 'GET' || method === 'DELETE' || `${method} ${url}` in BODIES;
    return isKnown && /^\/(v2|catalog\/v1)\/(images|tenants)(\/|$)/.test(url);
  });

describe('every operation', () => {
  describe('500 Internal Server Error', () => {
    const api = useImageApi();

    it('is the answer to a broken database, in fixed words', async () => {
      const { id } = await api.image();
      const operations = onRecords(api);
      for (const table of ['images', 'image_members', 'tenants', 'tenant_removals']) {
        await api.app.asOwner(`ALTER TABLE ${table} RENAME TO broken_${table}`);
      }

      for (const operation of operations) {
        const { status, text } = await call(api, operation, id);
        const isService = operation.url.startsWith('/catalog');
        expect({ operation, status }).toEqual({ operation, status: 500 });
        expect(text).toContain('An unexpected fault occurred.');
        expect(text).not.toMatch(/broken|relation|SELECT|images/);
        expect(isService ? text : JSON.parse(text).code).toContain('500');
      }
      expect(operations.length).toBeGreaterThan(10);
    });
  });

  describe('503 Service Unavailable', () => {
    const api = new ImageApi();
    let database: TestDatabase;
    let proxy: FlakyProxy;

    beforeAll(async () => {
      database = await createTestDatabase();
      proxy = await FlakyProxy.start(database.url);
      await api.start({ DATABASE_URL: proxy.url, CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '2000' });
    });

    afterAll(async () => {
      await api.app.close();
      await proxy.stop();
      await database.drop();
    });

    it('is the answer while the database is away; afterwards the service works as before', async () => {
      const { id } = await api.image();
      const before = await api.shown(id);
      proxy.cut();

      for (const operation of onRecords(api)) {
        const { status, headers } = await call(api, operation, id);
        const retryAfter = headers['retry-after'];
        expect({ operation, status, retryAfter }).toEqual({
          operation,
          status: 503,
          retryAfter: '1',
        });
      }
      proxy.restore();

      expect(await api.shown(id)).toEqual(before);
      expect((await api.post('/images', {})).status).toBe(201);
    });

    it('is the answer of the readiness check, not of the liveness check', async () => {
      proxy.cut();
      const [alive, ready, versions] = await Promise.all(
        ['/healthz', '/readyz', '/'].map((url) => api.app.request('GET', url)),
      );
      proxy.restore();

      expect([alive?.status, ready?.status, versions?.status]).toEqual([200, 503, 300]);
      expect((await api.app.request('GET', '/readyz')).status).toBe(200);
    });
  });
});
