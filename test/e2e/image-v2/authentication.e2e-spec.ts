import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { imageOperations, pathOf } from '../../support/image-routes.js';
import { useImageApi } from '../../support/image-api.js';
import { exchange, head } from '../../support/raw-http.js';

const api = useImageApi();

describe('every operation', () => {
  describe('401 Unauthorized', () => {
    it('is the answer without a token and to a forged one, with the challenge', async () => {
      for (const { method, url } of imageOperations(api)) {
        for (const token of [undefined, 'forged']) {
          const call = `${method} ${url}`;
          const reply = await api.app.request(method, pathOf(url), {
            ...(token !== undefined && { token }),
          });
          expect({ call, status: reply.status }).toEqual({ call, status: 401 });
          expect(reply.headers['www-authenticate']).toMatch(
            /^Keystone uri="http.*\/identity\/v3"$/,
          );
        }
      }
    });

    it('comes before everything that is wrong with the request', async () => {
      const token = null;

      expect((await api.post('/images', '{', { token })).status).toBe(401);
      expect((await api.patch(randomUUID(), '{', { token })).status).toBe(401);
      expect((await api.get('/nowhere', { token })).status).toBe(401);
      expect((await api.put('/images', {}, { token })).status).toBe(401);
    });

    it('is the answer to a token in any other place than its header', async () => {
      const token = api.owner.member;

      expect((await api.get(`/images?token=${token}`, { token: null })).status).toBe(401);
      expect((await api.get(`/images?X-Auth-Token=${token}`, { token: null })).status).toBe(401);
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { cookie: `X-Auth-Token=${token}` },
        { 'x-service-token': token },
        { 'x-subject-token': token },
      ]) {
        expect((await api.get('/images', { token: null, headers })).status).toBe(401);
      }
    });

    it('is the answer to an empty, altered and oversized token', async () => {
      const token = api.owner.member;
      const altered = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;

      for (const wrong of ['', ' ', altered, `${token}x`, 'x'.repeat(8193), `${token},${token}`]) {
        expect((await api.get('/images', { token: wrong })).status).toBe(401);
      }
    });

    it('is the answer to two tokens, even the same', async () => {
      const header = `X-Auth-Token: ${api.owner.member}`;
      const origin = await api.app.listen();
      const statusWith = async (...headers: string[]) =>
        (await exchange(origin, head('GET /v2/images', ...headers))).status;

      expect(await statusWith(header)).toBe(200);
      expect(await statusWith(header, header)).toBe(401);
      expect(await statusWith('X-Auth-Token: forged', header)).toBe(401);
    });

    it('is not prevented by headers that claim an identity', async () => {
      const headers = {
        'x-identity-status': 'Confirmed',
        'x-user-id': 'u',
        'x-project-id': api.owner.tenantId,
        'x-tenant-id': api.owner.tenantId,
        'x-roles': 'admin',
        'x-service-roles': 'service',
        'x-is-admin-project': 'True',
      };
      const { id } = await api.image({ visibility: 'private' });

      expect((await api.get('/images', { token: null, headers })).status).toBe(401);
      const token = api.stranger.reader;
      expect((await api.get(`/images/${id}`, { token, headers })).status).toBe(404);
      expect((await api.post('/images', {}, { token, headers })).status).toBe(403);
    });
  });
});
