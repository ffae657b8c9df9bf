import { describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { pathOf, routes } from '../../support/image-routes.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Paths and methods that no route takes, with the methods of the path. */
function refusals(): { path: string; method: Method; allowed: string }[] {
  return (
    routes(api)
      // `clean` and `prune` are image ids to the other methods.
      .filter(({ url }) => !/^\/v2\/(info\/usage|cache\/(clean|prune))$/.test(url))
      .flatMap(({ url, methods }) =>
        METHODS.filter((method) => !methods.includes(method)).map((method) => ({
          path: pathOf(url),
          method,
          allowed: methods.toSorted().join(', '),
        })),
      )
  );
}

describe('every operation', () => {
  describe('405 Method Not Allowed', () => {
    it('is the answer to every other method, with those that are allowed', async () => {
      const token = api.owner.admin;
      const expected = refusals();

      for (const { path, method, allowed } of expected) {
        const { status, headers } = await api.app.request(method, path, { token });
        const answer = { path, method, status, allow: headers['allow'] };
        expect(answer).toEqual({ path, method, status: 405, allow: allowed });
      }
      expect(expected.length).toBeGreaterThan(50);
    });

    it('is the answer to methods of other protocols, too', async () => {
      for (const method of ['TRACE', 'PROPFIND', 'LOCK', 'SEARCH', 'MKCOL'] as const) {
        const reply = await api.request(method as Method, '/images');
        expect([reply.status, reply.headers['allow']]).toEqual([405, 'GET, POST']);
      }
    });

    it('ignores headers that would override the method', async () => {
      const { id } = await api.image();
      const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };

      expect((await api.post(`/images/${id}`, undefined, { headers })).status).toBe(405);
      expect((await api.get(`/images/${id}?_method=DELETE`, { headers })).status).toBe(200);
    });
  });

  describe('404 Not Found', () => {
    it('is the answer to every path with a trailing slash', async () => {
      const token = api.owner.admin;

      for (const { url } of routes(api)) {
        const path = `${pathOf(url)}/`;
        const { status } = await api.app.request('GET', path, { token });
        expect({ path, status }).toEqual({ path, status: 404 });
      }
    });
  });

  describe('501 Not Implemented', () => {
    it('is never the answer: methods unknown to HTTP do not reach the service', async () => {
      const reply = await api.request('BREW' as Method, '/images');

      expect(reply.status).toBe(400);
    });
  });
});
