import { describe, expect, it } from '@jest/globals';
import type { TestResponse } from '../../support/app.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi({
  CATALOG_TENANT_IMAGE_COUNT_QUOTA: '7',
  CATALOG_TENANT_IMAGE_BYTES_QUOTA: '5000',
});

const pathOf = (tenantId: string): string => `/catalog/v1/tenants/${tenantId}/quota`;

const show = (tenantId: string, token = api.owner.admin): Promise<TestResponse> =>
  api.app.request('GET', pathOf(tenantId), { token });

const set = (tenantId: string, body: unknown, token = api.owner.admin): Promise<TestResponse> =>
  api.app.request('PUT', pathOf(tenantId), { token, body });

const amount = (usage: number, limit: number, isDefault: boolean) => ({
  usage,
  limit,
  is_default: isDefault,
});

describe('GET /catalog/v1/tenants/{tenant_id}/quota', () => {
  describe('200 OK', () => {
    it('shows what a tenant uses and may use', async () => {
      const { tenantId } = api.partner;
      await api.storedImage({ owner: tenantId, size: 1000n });
      await api.storedImage({ owner: tenantId, size: null });

      expect((await show(tenantId)).body).toEqual({
        tenant_id: tenantId,
        image_count: amount(2, 7, true),
        image_bytes: amount(1000, 5000, true),
      });
    });

    it('shows the defaults for a tenant that nobody has heard of', async () => {
      expect((await show('unheard-of')).body).toMatchObject({
        tenant_id: 'unheard-of',
        image_count: amount(0, 7, true),
      });
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a request body', async () => {
      const token = api.owner.admin;

      expect((await api.app.request('GET', pathOf('x'), { token, body: {} })).status).toBe(400);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to everybody but admins, for the own tenant too', async () => {
      expect((await show(api.owner.tenantId, api.owner.manager)).status).toBe(403);
      expect((await show(api.owner.tenantId, api.callers.system)).status).toBe(403);
    });
  });
});

describe('PUT /catalog/v1/tenants/{tenant_id}/quota', () => {
  describe('200 OK', () => {
    it('replaces both limits; absent and null return to the default', async () => {
      const both = await set('tenant-a', { image_count: 3, image_bytes: 9_007_199_254_740_991 });
      const one = await set('tenant-a', { image_count: 0, image_bytes: null });
      const none = await set('tenant-a', {});

      expect(both.body).toMatchObject({
        image_count: amount(0, 3, false),
        image_bytes: amount(0, 9_007_199_254_740_991, false),
      });
      expect(one.body).toMatchObject({
        image_count: amount(0, 0, false),
        image_bytes: amount(0, 5000, true),
      });
      expect(none.body).toMatchObject({ image_count: amount(0, 7, true) });
      expect((await show('tenant-a')).body).toEqual(none.body);
    });

    it('is unlimited for -1', async () => {
      const tenant = await api.callers.tenant('unlimited');
      await set(tenant.tenantId, { image_count: -1 });

      for (let images = 0; images <= 7; images += 1) await api.image({}, tenant.member);

      expect((await show(tenant.tenantId)).body.image_count).toEqual(amount(8, -1, false));
    });

    it('leaves what is over a lowered limit, and refuses only more of it', async () => {
      const tenant = await api.callers.tenant('lowered');
      const token = tenant.member;
      const { id } = await api.image({}, token);
      await api.image({}, token);
      await set(tenant.tenantId, { image_count: 1 });

      expect((await api.put(`/images/${id}/tags/x`, undefined, { token })).status).toBe(204);
      expect((await api.post('/images', {}, { token })).status).toBe(413);
      await api.delete(`/images/${id}`, { token });
      expect((await api.post('/images', {}, { token })).status).toBe(413);
    });
  });

  describe('400 Bad Request', () => {
    it.each([
      ['no body', undefined],
      ['an array', []],
      ['a limit below -1', { image_count: -2 }],
      ['a fraction', { image_count: 1.5 }],
      ['text', { image_bytes: '7' }],
      ['a number beyond what a double holds', '{"image_bytes": 9007199254740993}'],
      ['an unknown field', { images: 7 }],
    ])('is the answer to %s', async (_what, body) => {
      expect((await set('tenant-b', body)).status).toBe(400);
      expect((await show('tenant-b')).body.image_count.is_default).toBe(true);
    });
  });

  describe('400 Bad Request', () => {
    it('is the answer to a tenant id of 256 characters', async () => {
      expect((await set('x'.repeat(256), {})).status).toBe(400);
      expect((await set('x'.repeat(255), {})).status).toBe(200);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to everybody but admins, for the own tenant too', async () => {
      const { tenantId, manager } = api.owner;

      expect((await set(tenantId, { image_count: -1 }, manager)).status).toBe(403);
      expect((await show(tenantId)).body.image_count.is_default).toBe(true);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to a tenant id that no text can equal', async () => {
      expect((await set('%00', {})).status).toBe(404);
    });
  });
});
