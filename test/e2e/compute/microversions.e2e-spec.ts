import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp, type TestResponse } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** Negotiation and cut-offs: section 4 of compute-v2.1. */

const TENANT = 'abc123';

let catalog: TestApp;
let token: string;
let id: string;

beforeAll(async () => {
  catalog = await startTestApp();
  token = await tokenFor(catalog, { tenant: TENANT, role: 'member' });
  id = await storeImage(catalog, { owner: TENANT, properties: { key: 'value' } });
});

afterAll(() => catalog.close());

const at = (version: string, path: string): Promise<TestResponse> =>
  catalog.request('GET', `/compute/v2.1${path}`, {
    token,
    headers: { 'openstack-api-version': `compute ${version}` },
  });

const echoOf = ({ headers }: TestResponse) => [
  headers['openstack-api-version'],
  headers['x-openstack-nova-api-version'],
  headers['vary'],
];
const echo = (version: string) => [
  `compute ${version}`,
  version,
  'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
];
const NO_ECHO = [undefined, undefined, undefined];

describe('a supported microversion', () => {
  it.each(['2.1', '2.35'])('%s is served and echoed', async (version) => {
    const response = await at(version, `/images/${id}`);
    expect(response.status).toBe(200);
    expect(echoOf(response)).toEqual(echo(version));
  });

  it('may come in the older header', async () => {
    const response = await catalog.request('GET', `/v2.1/images/${id}`, {
      token,
      headers: { 'X-OpenStack-Nova-API-Version': '2.7' },
    });
    expect(echoOf(response)).toEqual(echo('2.7'));
  });

  it('is echoed by failures too', async () => {
    const missing = await at('2.5', `/images/${randomUUID()}`);
    expect(missing.status).toBe(404);
    expect(echoOf(missing)).toEqual(echo('2.5'));
    const unauthenticated = await catalog.request('GET', '/compute/v2.1/images', {
      headers: { 'openstack-api-version': 'compute 2.5' },
    });
    expect(unauthenticated.status).toBe(401);
    expect(echoOf(unauthenticated)).toEqual(echo('2.5'));
  });

  it('is not echoed where no route is matched', async () => {
    expect(echoOf(await at('2.5', `/images/${id}/`))).toEqual(NO_ECHO);
    expect(echoOf(await at('2.5', '/servers'))).toEqual(NO_ECHO);
  });
});

describe('400', () => {
  it.each(['2', '2.1.1', 'abc'])(
    'answers the malformed %s, and echoes nothing',
    async (version) => {
      const response = await at(version, `/images/${id}`);
      expect(response.status).toBe(400);
      expect(response.body.badRequest.code).toBe(400);
      expect(echoOf(response)).toEqual(NO_ECHO);
    },
  );
});

describe('406', () => {
  it.each(['1.0', '2.40', '3.0'])('answers %s, and echoes it', async (version) => {
    const response = await at(version, `/images/${id}`);
    expect(response.status).toBe(406);
    expect(response.body.computeFault.code).toBe(406);
    expect(echoOf(response)).toEqual(echo(version));
  });
});

describe('the end of the image operations', () => {
  it.each(['/images', '/images/detail', `/images/{id}`])(
    '404 for GET %s from 2.36',
    async (path) => {
      const response = await at('2.36', path.replace('{id}', id));
      expect(response.status).toBe(404);
      expect(response.body.itemNotFound.code).toBe(404);
      expect(echoOf(response)).toEqual(echo('2.36'));
    },
  );

  it('404 for DELETE from 2.36, and the image stays', async () => {
    const { status } = await catalog.request('DELETE', `/compute/v2.1/images/${id}`, {
      token,
      headers: { 'openstack-api-version': 'compute 2.36' },
    });
    expect(status).toBe(404);
    expect((await at('2.35', `/images/${id}`)).status).toBe(200);
  });

  it.each(['2.36', '2.37', '2.38'])('leaves the metadata served at %s', async (version) => {
    const response = await at(version, `/images/${id}/metadata`);
    expect(response.body).toEqual({ metadata: { key: 'value' } });
  });

  it.each(['2.39', 'latest'])('404 for metadata at %s', async (version) => {
    const response = await at(version, `/images/${id}/metadata/key`);
    expect(response.status).toBe(404);
    expect(echoOf(response)).toEqual(echo('2.39'));
  });
});

describe('the order of checks', () => {
  const request = (headers: Record<string, string>, body: string, tenant = TENANT) =>
    catalog.request('PUT', `/v2.1/${tenant}/images/${id}/metadata`, { token, headers, body });
  const version = (text: string) => ({ 'x-openstack-nova-api-version': text });

  it('reports the microversion before the content type', async () => {
    const { status } = await request({ ...version('2.99'), 'content-type': 'text/xml' }, '{');
    expect(status).toBe(406);
  });

  it('reports the content type before bad JSON', async () => {
    expect((await request({ 'content-type': 'text/xml' }, '{')).status).toBe(415);
  });

  it('reports bad JSON before a project that does not match', async () => {
    const { body } = await request({}, '{', 'def');
    expect(body.badRequest.message).toMatch(/not valid JSON/);
  });

  it('reports the project before the end of the operation', async () => {
    const { body } = await request(version('2.39'), '{}', 'def');
    expect(body.badRequest.message).toMatch(/'def'.*'abc123'/);
  });

  it('reports the end of the operation before the body', async () => {
    expect((await request(version('2.39'), '{}')).status).toBe(404);
  });

  it('reports the body before an unknown image', async () => {
    const url = `/v2.1/images/${randomUUID()}/metadata`;
    expect((await catalog.request('PUT', url, { token, body: {} })).status).toBe(400);
  });
});

describe('a configured maximum', () => {
  it('is announced and served', async () => {
    const later = await startTestApp({ CATALOG_COMPUTE_MAX_MICROVERSION: '2.104' });
    try {
      const { headers, body } = await later.request('GET', '/compute/v2.1/', {
        headers: { 'openstack-api-version': 'compute latest' },
      });
      expect(body.version.version).toBe('2.104');
      expect(headers['x-openstack-nova-api-version']).toBe('2.104');
    } finally {
      await later.close();
    }
  });
});
