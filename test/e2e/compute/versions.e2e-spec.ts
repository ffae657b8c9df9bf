import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { tokenFor } from '../../support/tokens.js';

/** Discovery: section 3 of compute-v2.1, and the alias `/v2` of section 2. */

const TENANT = '0123456789abcdef0123456789abcdef';
const BASE = 'http://openstack.example.com/compute';

let catalog: TestApp;
let token: string;

beforeAll(async () => {
  catalog = await startTestApp({ CATALOG_PUBLIC_URL: 'http://openstack.example.com' });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
});

afterAll(() => catalog.close());

const V2_1 = {
  id: 'v2.1',
  status: 'CURRENT',
  version: '2.39',
  min_version: '2.1',
  updated: '2013-07-23T11:33:21Z',
  links: [{ rel: 'self', href: `${BASE}/v2.1/` }],
};
const MEDIA_TYPES = [
  { base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' },
];
const DESCRIBED_BY = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };

describe('the list of versions', () => {
  it.each(['/compute', '/compute/'])('is at %s, without a token and microversions', async (url) => {
    const { status, headers, body } = await catalog.request('GET', url);
    expect(status).toBe(200);
    expect(body.versions).toHaveLength(2);
    expect(body.versions).toContainEqual(V2_1);
    expect(headers['openstack-api-version']).toBeUndefined();
  });

  it('names the alias, whose microversions read as none', async () => {
    const { body } = await catalog.request('GET', '/compute/');
    expect(body.versions).toContainEqual({
      id: 'v2.0',
      status: 'DEPRECATED',
      version: '',
      min_version: '',
      updated: '2011-01-21T11:33:21Z',
      links: [{ rel: 'self', href: `${BASE}/v2/` }],
    });
  });

  it('does not look at a token', async () => {
    expect((await catalog.request('GET', '/compute/', { token: 'nonsense' })).status).toBe(200);
  });

  it('refuses other methods with 405, also without a token', async () => {
    const { status, headers, body } = await catalog.request('POST', '/compute/');
    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET');
    expect(body.badMethod.code).toBe(405);
  });
});

describe('one version', () => {
  it.each(['/compute/v2.1', '/compute/v2.1/', '/compute//v2.1//'])(
    'is at %s, without a token',
    async (url) => {
      const { status, headers, body } = await catalog.request('GET', url);
      expect(status).toBe(200);
      expect(body).toEqual({
        version: { ...V2_1, links: [...V2_1.links, DESCRIBED_BY], 'media-types': MEDIA_TYPES },
      });
      expect(headers).toMatchObject({
        'openstack-api-version': 'compute 2.1',
        'x-openstack-nova-api-version': '2.1',
        vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
      });
    },
  );

  it('is on the root mount with the links of the root', async () => {
    const { body } = await catalog.request('GET', '/v2.1/');
    expect(body.version.links[0].href).toBe('http://openstack.example.com/v2.1/');
  });

  it('is at the path of a tenant, whose link does not name the tenant', async () => {
    const { status, body } = await catalog.request('GET', `/compute/v2.1/${TENANT}/`, { token });
    expect(status).toBe(200);
    expect(body.version.links[0].href).toBe(`${BASE}/v2.1/`);
  });

  it('needs a token at the path of a tenant, and of that tenant', async () => {
    expect((await catalog.request('GET', `/compute/v2.1/${TENANT}/`)).status).toBe(401);
    const other = await catalog.request('GET', '/compute/v2.1/abc/', { token });
    expect(other.status).toBe(400);
  });

  it('is not at the path of a tenant without its slash, nor where no tenant can be', async () => {
    const { status } = await catalog.request('GET', `/compute/v2.1/${TENANT}`, { token });
    expect(status).toBe(404);
    const nowhere = await catalog.request('GET', '/compute/v2.1/%C2%A0Y/', { token });
    expect(nowhere.status).toBe(404);
  });

  it('refuses microversions that are malformed or not supported', async () => {
    const get = (version: string) =>
      catalog.request('GET', '/v2.1/', { headers: { 'x-openstack-nova-api-version': version } });
    expect((await get('2')).status).toBe(400);
    expect((await get('2.99')).status).toBe(406);
  });
});

describe('any other path of the mount', () => {
  it('answers 300 with the same path in each version, without a token', async () => {
    const { status, headers, body } = await catalog.request('GET', '/compute/v3/images?limit=1');
    expect(status).toBe(300);
    expect(headers['openstack-api-version']).toBeUndefined();
    expect(body.choices).toContainEqual({
      id: 'v2.1',
      status: 'CURRENT',
      links: [{ rel: 'self', href: `${BASE}/v2.1/v3/images` }],
      'media-types': MEDIA_TYPES,
    });
  });
});

describe('the alias /v2', () => {
  it('has a version document of its own', async () => {
    const { status, headers, body } = await catalog.request('GET', '/compute/v2/');
    expect(status).toBe(200);
    expect(body.version).toMatchObject({ id: 'v2.0', version: '', min_version: '' });
    expect(body.version.links[0].href).toBe(`${BASE}/v2/`);
    expect(headers['vary']).toBeUndefined();
  });

  it('serves the same operations, with links to itself', async () => {
    const { status, body } = await catalog.request('GET', `/compute/v2/${TENANT}/images?limit=1`, {
      token,
    });
    expect(status).toBe(200);
    expect(body).toEqual({ images: [] });
  });

  it.each(['2.36', '2.99', 'nonsense'])('ignores the microversion %s', async (version) => {
    const { status, headers } = await catalog.request('GET', '/compute/v2/images', {
      token,
      headers: { 'openstack-api-version': `compute ${version}` },
    });
    expect(status).toBe(200);
    expect(headers['openstack-api-version']).toBeUndefined();
    expect(headers['x-openstack-nova-api-version']).toBeUndefined();
    expect(headers['vary']).toBeUndefined();
  });
});
