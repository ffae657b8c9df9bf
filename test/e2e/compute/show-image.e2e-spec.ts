import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ImageAttributes } from '../../../src/images/domain/image.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** GET /v2.1/{tenant_id}/images/{image_id}: every response code of the published page, and then some. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';
const STRANGER = 'bbbb0000bbbb0000bbbb0000bbbb0000';

let catalog: TestApp;
let token: string;
let strangerToken: string;
let id: string;

beforeAll(async () => {
  catalog = await startTestApp({ CATALOG_PUBLIC_URL: 'http://cloud.example' });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
  strangerToken = await tokenFor(catalog, { tenant: STRANGER, role: 'member' });
  id = await storeImage(catalog, { owner: TENANT });
});

afterAll(() => catalog.close());

/** Stores an image and shows it on the compute endpoint. */
async function shown(attributes: Partial<ImageAttributes>) {
  const stored = await storeImage(catalog, { owner: TENANT, ...attributes });
  const { body } = await catalog.request('GET', `/compute/v2.1/images/${stored}`, { token });
  return body.image;
}

describe('200', () => {
  it('shows exactly the documented members', async () => {
    const image = await shown({
      name: null,
      minRam: 512,
      minDisk: 20,
      size: 9_007_199_254_740_993n,
      checksum: 'd41d8cd98f00b204e9800998ecf8427e',
      tags: ['a tag'],
      properties: { os_distro: 'centos', empty: '', nothing: null, 'a ü': 'ß' },
      createdAt: new Date('2015-01-28T19:31:37.999Z'),
      updatedAt: new Date('2015-03-09T19:32:29.001Z'),
    });
    expect(image).toEqual({
      id: image.id,
      name: null,
      status: 'ACTIVE',
      progress: 100,
      minRam: 512,
      minDisk: 20,
      created: '2015-01-28T19:31:37Z',
      updated: '2015-03-09T19:32:29Z',
      'OS-EXT-IMG-SIZE:size': Number(9_007_199_254_740_993n),
      metadata: { os_distro: 'centos', empty: '', nothing: null, 'a ü': 'ß' },
      links: [
        { rel: 'self', href: `http://cloud.example/compute/v2.1/images/${image.id}` },
        { rel: 'bookmark', href: `http://cloud.example/compute/images/${image.id}` },
        {
          rel: 'alternate',
          type: 'application/vnd.openstack.image',
          href: `http://cloud.example/image/images/${image.id}`,
        },
      ],
    });
  });

  it('prints sizes beyond 2^53 exactly, as an integer or as a string by profile', async () => {
    const large = await storeImage(catalog, {
      owner: null,
      visibility: 'public',
      size: 2n ** 63n - 1n,
    });
    const current = await catalog.request('GET', `/compute/v2.1/images/${large}`, { token });
    const published = await catalog.request('GET', `/v2.1/images/${large}`, { token });
    expect(current.text).toContain('"OS-EXT-IMG-SIZE:size":9223372036854775807,');
    expect(published.text).toContain('"OS-EXT-IMG-SIZE:size":"9223372036854775807",');
  });

  it('shows an image without data with size 0', async () => {
    const queued = await storeImage(catalog, { owner: TENANT, status: 'queued', size: null });
    const current = await catalog.request('GET', `/compute/v2.1/images/${queued}`, { token });
    const published = await catalog.request('GET', `/v2.1/images/${queued}`, { token });
    expect(current.body.image['OS-EXT-IMG-SIZE:size']).toBe(0);
    expect(published.body.image['OS-EXT-IMG-SIZE:size']).toBe('0');
  });

  it.each([
    ['active', 'ACTIVE', 100],
    ['queued', 'SAVING', 25],
    ['saving', 'SAVING', 50],
    ['killed', 'ERROR', 0],
    ['uploading', 'UNKNOWN', 0],
    ['importing', 'UNKNOWN', 0],
    ['deactivated', 'UNKNOWN', 0],
  ] as const)('shows %s as %s with progress %i', async (status, expected, progress) => {
    expect(await shown({ status })).toMatchObject({ status: expected, progress });
  });

  it('names the server that the image is a snapshot of', async () => {
    const uuid = randomUUID();
    const stored = await storeImage(catalog, {
      owner: TENANT,
      properties: { instance_uuid: uuid },
    });
    const url = `/compute/v2.1/${TENANT}/images/${stored}`;
    const { body } = await catalog.request('GET', url, { token });
    expect(body.image.server).toEqual({
      id: uuid,
      links: [
        { rel: 'self', href: `http://cloud.example/compute/v2.1/${TENANT}/servers/${uuid}` },
        { rel: 'bookmark', href: `http://cloud.example/compute/${TENANT}/servers/${uuid}` },
      ],
    });
    expect(body.image.metadata).toEqual({ instance_uuid: uuid });
  });

  it('shows block devices as what their JSON text says, and other text as it is', async () => {
    const { metadata } = await shown({
      properties: {
        block_device_mapping: '[{"device_name":"/dev/vda","volume_size":1}]',
        mappings: 'no JSON',
        other: '[1]',
      },
    });
    expect(metadata).toEqual({
      block_device_mapping: [{ device_name: '/dev/vda', volume_size: 1 }],
      mappings: 'no JSON',
      other: '[1]',
    });
  });

  it("keeps the service's own properties to itself", async () => {
    const { metadata } = await shown({ properties: { os_glance_import_task: 'x', key: 'value' } });
    expect(metadata).toEqual({ key: 'value' });
  });

  it('shows names like __proto__ as plain metadata', async () => {
    const properties = JSON.parse('{"__proto__":"a","constructor":"b","10":"c","9":"d"}');
    const stored = await storeImage(catalog, { owner: TENANT, properties });
    const { text } = await catalog.request('GET', `/v2.1/images/${stored}`, { token });
    expect(text).toContain('"metadata":{"10":"c","9":"d","__proto__":"a","constructor":"b"}');
  });

  it.each([
    ['/compute/v2.1/images/{id}', '/compute/v2.1/images/{id}'],
    [`/compute/v2.1/${TENANT}/images/{id}`, `/compute/v2.1/${TENANT}/images/{id}`],
    ['/v2.1/images/{id}', '/v2.1/images/{id}'],
    [`//v2.1/${TENANT}/images/{id}`, '/v2.1/images/{id}'],
    [`/v2.1/${TENANT}//images/{id}`, '/v2.1/images/{id}'],
    [`/compute/v2/${TENANT}/images/{id}`, `/compute/v2/${TENANT}/images/{id}`],
  ])('GET %s links to itself as %s', async (url, self) => {
    const { status, body } = await catalog.request('GET', url.replace('{id}', id), { token });
    expect(status).toBe(200);
    expect(body.image.links[0].href).toBe(`http://cloud.example${self.replace('{id}', id)}`);
  });

  it('finds an id in any letter case', async () => {
    const url = `/compute/v2.1/images/${id.toUpperCase()}`;
    const { body } = await catalog.request('GET', url, { token });
    expect(body.image.id).toBe(id);
  });

  it('ignores the query and carries the request id twice', async () => {
    const url = `/compute/v2.1/images/${id}?limit=0&changes-since=x`;
    const { status, headers } = await catalog.request('GET', url, { token });
    expect(status).toBe(200);
    expect(headers['x-compute-request-id']).toMatch(/^req-/);
    expect(headers['x-openstack-request-id']).toBe(headers['x-compute-request-id']);
  });

  it.each([
    [undefined, 'application/json'],
    ['text/html', 'application/json'],
    ['application/vnd.openstack.compute+json', 'application/vnd.openstack.compute+json'],
    ['application/vnd.openstack.compute+json, application/json', 'application/json'],
  ])('answers Accept %s with %s', async (accept, type) => {
    const headers = accept === undefined ? {} : { accept };
    const url = `/compute/v2.1/images/${id}`;
    const response = await catalog.request('GET', url, { token, headers });
    expect(String(response.headers['content-type']).split(';')[0]).toBe(type);
  });

  it.each(['public', 'community'] as const)(
    'shows a %s image to other tenants',
    async (visibility) => {
      const stored = await storeImage(catalog, { owner: TENANT, visibility });
      const url = `/compute/v2.1/${STRANGER}/images/${stored}`;
      expect((await catalog.request('GET', url, { token: strangerToken })).status).toBe(200);
    },
  );
});

describe('203', () => {
  it('replaces 200 where the operator says that the replica is not authoritative', async () => {
    const replica = await startTestApp({ CATALOG_COMPUTE_NON_AUTHORITATIVE: 'on' });
    try {
      const reader = await tokenFor(replica, { tenant: TENANT, role: 'reader' });
      const stored = await storeImage(replica, { owner: TENANT });
      const get = (path: string) => replica.request('GET', `/v2.1${path}`, { token: reader });
      expect((await get(`/images/${stored}`)).status).toBe(203);
      expect((await get('/images/detail')).status).toBe(203);
      expect((await get('/')).status).toBe(200);
      expect((await get(`/images/${randomUUID()}`)).status).toBe(404);
    } finally {
      await replica.close();
    }
  });
});

describe('400', () => {
  it('answers a path with the project of somebody else, naming both', async () => {
    const url = `/v2.1/${STRANGER}/images/${id}`;
    const { status, body } = await catalog.request('GET', url, { token });
    expect(status).toBe(400);
    expect(body.badRequest.message).toContain(STRANGER);
    expect(body.badRequest.message).toContain(TENANT);
  });

  it('answers an admin in the same way', async () => {
    const admin = await tokenFor(catalog, { tenant: STRANGER, role: 'admin' });
    const response = await catalog.request('GET', `/v2.1/${TENANT}/images/${id}`, { token: admin });
    expect(response.status).toBe(400);
  });

  it('answers a token without a project', async () => {
    const unscoped = await tokenFor(catalog, { tenant: null });
    const url = `/v2.1/${TENANT}/images/${id}`;
    expect((await catalog.request('GET', url, { token: unscoped })).status).toBe(400);
  });

  it('answers a malformed microversion', async () => {
    const headers = { 'openstack-api-version': 'compute two' };
    const response = await catalog.request('GET', `/v2.1/images/${id}`, { token, headers });
    expect(response.status).toBe(400);
  });
});

describe('401', () => {
  it.each([undefined, 'nonsense', ''])('answers the token %j with the challenge', async (bad) => {
    const headers = bad === undefined ? {} : { 'x-auth-token': bad };
    const response = await catalog.request('GET', `/v2.1/${TENANT}/images/${id}`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(
      'Keystone uri="http://cloud.example/identity/v3"',
    );
    expect(response.body.error).toMatchObject({ code: 401, title: 'Unauthorized' });
  });

  it('comes before everything else about the route', async () => {
    expect((await catalog.request('GET', '/v2.1/NO-PROJECT/images')).status).toBe(401);
    expect((await catalog.request('PATCH', `/v2.1/images/${id}`)).status).toBe(401);
  });
});

describe('403', () => {
  it('is never the answer: for whoever may not read images, there are none', async () => {
    const callers = [
      await tokenFor(catalog, { tenant: null }),
      await tokenFor(catalog, { tenant: TENANT, role: 'observer' }),
    ];
    for (const caller of callers) {
      const url = `/compute/v2.1/images/${id}`;
      const { status } = await catalog.request('GET', url, { token: caller });
      expect(status).toBe(404);
    }
  });
});

describe('404', () => {
  const statusOf = async (path: string, as = token) =>
    (await catalog.request('GET', `/compute/v2.1${path}`, { token: as })).status;

  it.each([
    randomUUID(),
    '-1',
    'x',
    '70a599e031e749b7b260868f441e862b',
    `${randomUUID()}0`,
    'z0a599e0-31e7-49b7-b260-868f441e862b',
    '%00',
    'a'.repeat(1000),
  ])('answers the unknown or malformed id %s', async (unknown) => {
    expect(await statusOf(`/images/${unknown}`)).toBe(404);
  });

  it("answers another tenant's private image in the words for a missing one", async () => {
    const hidden = await catalog.request('GET', `/v2.1/images/${id}`, { token: strangerToken });
    const missing = await catalog.request('GET', `/v2.1/images/${randomUUID()}`, {
      token: strangerToken,
    });
    expect(hidden.status).toBe(404);
    expect(hidden.text).toBe(missing.text);
    expect(hidden.body.itemNotFound.code).toBe(404);
    expect(hidden.headers['content-type']).toBe('application/json; charset=UTF-8');
  });

  it.each([
    ['a project in upper case', `/${TENANT.toUpperCase()}/images/{id}`],
    ['a project that is no hexadecimal', '/admin/images/{id}'],
    ['a trailing slash', '/images/{id}/'],
    ['a suffix', '/images/{id}.json'],
    ['an unknown resource', '/servers/{id}'],
  ])('answers %s', async (_what, path) => {
    expect(await statusOf(path.replace('{id}', id))).toBe(404);
  });
});

describe('405', () => {
  it.each(['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'] as const)(
    'answers %s with what is allowed',
    async (method) => {
      const { status, headers } = await catalog.request(method, `/v2.1/${TENANT}/images/${id}`, {
        token,
      });
      expect(status).toBe(405);
      expect(headers['allow']).toBe('DELETE, GET');
    },
  );

  it('has the body badMethod', async () => {
    const { body } = await catalog.request('PUT', `/compute/v2.1/images/${id}`, { token });
    expect(body.badMethod.code).toBe(405);
  });
});

describe('503', () => {
  it('is the answer while the database is gone; afterwards the service recovers by itself', async () => {
    const database = await createTestDatabase();
    const proxy = await FlakyProxy.start(database.url);
    const service = await startTestApp({
      DATABASE_URL: proxy.url,
      CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '2000',
    });
    try {
      const reader = await tokenFor(service, { tenant: TENANT, role: 'reader' });
      const stored = await storeImage(service, { owner: TENANT });
      const show = () => service.request('GET', `/v2.1/images/${stored}`, { token: reader });
      expect((await show()).status).toBe(200);
      proxy.cut();
      const failed = await show();
      expect(failed.status).toBe(503);
      expect(failed.body.serviceUnavailable).toEqual({
        code: 503,
        message: 'The database is temporarily unavailable.',
      });
      expect(failed.headers['retry-after']).toBe('1');
      proxy.restore();
      expect((await show()).status).toBe(200);
    } finally {
      await service.close();
      await proxy.stop();
      await database.drop();
    }
  });
});
