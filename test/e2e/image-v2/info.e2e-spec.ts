import { describe, expect, it } from '@jest/globals';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi({
  CATALOG_TENANT_IMAGE_COUNT_QUOTA: '10',
  CATALOG_TENANT_IMAGE_BYTES_QUOTA: String(10 * 1024 * 1024),
});

describe('GET /v2/info/import', () => {
  describe('200 OK', () => {
    it('describes the import methods to every valid token', async () => {
      for (const token of [api.owner.noRole, api.callers.unscoped]) {
        const reply = await api.get('/info/import', { token });
        expect(reply.status).toBe(200);
        expect(reply.body).toEqual({
          'import-methods': {
            description: expect.any(String),
            type: 'array',
            value: expect.any(Array),
          },
        });
      }
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      expect((await api.get('/info/import', { body: {} })).status).toBe(400);
    });
  });
});

describe('GET /v2/info/stores', () => {
  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      expect((await api.get('/info/stores', { body: {} })).status).toBe(400);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer while there is a single store', async () => {
      expect((await api.get('/info/stores')).status).toBe(404);
    });
  });
});

describe('GET /v2/info/stores/detail', () => {
  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const token = api.owner.admin;

      expect((await api.get('/info/stores/detail', { token, body: {} })).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to everybody but admins and services', async () => {
      for (const token of [api.owner.manager, api.owner.noRole, api.callers.unscoped]) {
        expect((await api.get('/info/stores/detail', { token })).status).toBe(403);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to admins and services while there is a single store', async () => {
      for (const token of [api.owner.admin, api.callers.service]) {
        expect((await api.get('/info/stores/detail', { token })).status).toBe(404);
      }
    });
  });
});

describe('GET /v2/info/usage', () => {
  describe('200 OK', () => {
    it('counts the images of the own tenant and their size in MiB', async () => {
      await api.storedImage({ size: 3n * 1024n * 1024n + 1n });
      await api.storedImage({ size: null, status: 'queued' });
      await api.storedImage({ owner: api.stranger.tenantId });

      const reply = await api.get('/info/usage', { token: api.owner.reader });

      expect(reply.status).toBe(200);
      expect(reply.body.usage).toMatchObject({
        image_count_total: { usage: 2, limit: 10 },
        image_size_total: { usage: 3, limit: 10 },
      });
    });

    it('is empty for a token without a tenant', async () => {
      const reply = await api.get('/info/usage', { token: api.callers.unscoped });

      expect([reply.status, reply.body]).toEqual([200, { usage: {} }]);
    });

    it('leaves out what has no limit', async () => {
      const { tenantId, admin: token } = await api.callers.tenant('unlimited');
      const body = { image_count: -1, image_bytes: -1 };
      await api.app.request('PUT', `/catalog/v1/tenants/${tenantId}/quota`, { token, body });

      expect((await api.get('/info/usage', { token })).body).toEqual({ usage: {} });
    });
  });

  describe('404 Not Found', () => {
    it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'PATCH'] as const)(
      'is the answer to %s, the one path without a 405',
      async (method) => {
        for (const query of ['', '?x=1']) {
          const reply = await api.request(method, `/info/usage${query}`);
          expect([reply.status, reply.headers['allow']]).toEqual([404, undefined]);
        }
      },
    );
  });
});
