import { describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();
const published = useImageApi({ CATALOG_PUBLIC_URL: 'https://images.example.com' });

interface Version {
  readonly id: string;
  readonly status: string;
  readonly links: readonly { readonly rel: string; readonly href: string }[];
}

const get = (url: string, headers: Record<string, string> = {}, method: Method = 'GET') =>
  api.app.request(method, url, { headers });

const MOUNTS = ['', '/image'] as const;

describe('GET /', () => {
  describe('300 Multiple Choices', () => {
    it.each(MOUNTS)('lists the versions without a token on the mount %j', async (mount) => {
      for (const url of mount === '' ? ['/'] : [mount, `${mount}/`]) {
        const reply = await get(url, { host: 'catalog:1234' });
        expect(reply.status).toBe(300);
        expect(reply.headers['content-type']).toMatch(/^application\/json/);
        expect(hrefs(reply.body.versions)).toEqual([`http://catalog:1234${mount}/v2/`]);
      }
    });

    it('has exactly one current version and the levels that clients look for', async () => {
      const versions = (await get('/')).body.versions as Version[];

      expect(versions.filter(({ status }) => status === 'CURRENT')).toHaveLength(1);
      expect(versions.every(({ status }) => /^(CURRENT|SUPPORTED)$/.test(status))).toBe(true);
      expect(versions.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['v2.0', 'v2.1', 'v2.2', 'v2.3', 'v2.5', 'v2.7', 'v2.9', 'v2.12']),
      );
      expect(Object.keys(versions[0] ?? {}).toSorted()).toEqual(['id', 'links', 'status']);
    });

    it('links to the configured address of the service', async () => {
      const { body } = await published.app.request('GET', '/image/');

      expect(hrefs(body.versions)).toEqual(['https://images.example.com/image/v2/']);
    });

    it.each(['/v1/images', '/v3', '/v2.99/images', '/favicon.ico', '/image/v1', '/v2x', '/images'])(
      'is the answer to %s, which has no accepted label, with every method',
      async (url) => {
        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'] as const) {
          expect((await get(url, {}, method)).status).toBe(300);
        }
      },
    );
  });
});

describe('GET /versions', () => {
  describe('200 OK', () => {
    it.each(MOUNTS)('is the same list on the mount %j', async (mount) => {
      const reply = await get(`${mount}/versions`);

      expect(reply.status).toBe(200);
      expect(reply.body).toEqual((await get(`${mount}/`)).body);
    });
  });
});

describe('GET /v2', () => {
  describe('302 Found', () => {
    it.each(MOUNTS)('leads to the trailing slash on the mount %j', async (mount) => {
      const headers = { 'x-auth-token': api.owner.member };
      const reply = await get(`${mount}/v2`, headers);

      expect([reply.status, reply.headers['location']]).toEqual([302, `${mount}/v2/`]);
    });
  });

  describe('401 Unauthorized', () => {
    it('is the answer without a token, with and without the slash', async () => {
      for (const url of ['/v2', '/v2/', '/image/v2', '/image/v2/']) {
        expect((await get(url)).status).toBe(401);
      }
    });
  });

  describe('404 Not Found', () => {
    it('is the answer with a trailing slash: there is no document of one version', async () => {
      const headers = { 'x-auth-token': api.owner.member };

      for (const url of ['/v2/', '/image/v2/', '/v2.7/']) {
        expect((await get(url, headers)).status).toBe(404);
      }
    });
  });
});

describe('GET /v2/images', () => {
  const headers = (accept: string) => ({ 'x-auth-token': api.owner.member, accept });
  const LABELS = Array.from({ length: 19 }, (_, minor) => `v2.${minor}`);

  describe('200 OK', () => {
    it.each(LABELS.filter((label) => label !== 'v2.1'))(
      'answers under the label %s, with links to /v2',
      async (label) => {
        for (const mount of MOUNTS) {
          const reply = await get(`${mount}/${label}/images?limit=0`, headers('application/json'));
          expect([reply.status, reply.body.first]).toEqual([200, '/v2/images?limit=0']);
        }
      },
    );

    it('answers under the label v2.1 on the mount of the Image API', async () => {
      const reply = await get('/image/v2.1/images', headers('application/json'));

      expect(reply.status).toBe(200);
    });

    it.each(['application/vnd.openstack.images-v2', 'application/vnd.openstack.images-v2.7'])(
      'answers without a prefix to Accept: %s',
      async (accept) => {
        for (const mount of MOUNTS) {
          expect((await get(`${mount}/images`, headers(accept))).status).toBe(200);
        }
      },
    );
  });

  describe('300 Multiple Choices', () => {
    it('is the answer to a label in Accept that does not exist', async () => {
      const accept = 'application/vnd.openstack.images-v2.99';

      expect((await get('/images', headers(accept))).status).toBe(300);
    });
  });
});

describe('GET /healthcheck', () => {
  describe('200 OK', () => {
    it('says OK in plain text without a token', async () => {
      const reply = await get('/healthcheck');

      expect([reply.status, reply.text]).toEqual([200, 'OK']);
      expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    });
  });
});

const hrefs = (versions: readonly Version[]): string[] => [
  ...new Set(versions.flatMap(({ links }) => links.map(({ href }) => href))),
];
