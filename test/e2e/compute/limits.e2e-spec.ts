import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { tokenFor } from '../../support/tokens.js';

/** GET /v2.1/{tenant_id}/limits: what clients ask about image metadata. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';

let catalog: TestApp;
let token: string;

beforeAll(async () => {
  catalog = await startTestApp({ CATALOG_IMAGE_PROPERTY_QUOTA: '64' });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
});

afterAll(() => catalog.close());

const limits = (headers: Record<string, string> = {}) =>
  catalog.request('GET', `/compute/v2.1/${TENANT}/limits`, { token, headers });

describe('200', () => {
  it('tells how many metadata items an image may have', async () => {
    const { status, body } = await limits();
    expect(status).toBe(200);
    expect(body).toEqual({ limits: { rate: [], absolute: { maxImageMeta: 64 } } });
  });

  it('says nothing of images once the metadata has left the API', async () => {
    const { body } = await limits({ 'openstack-api-version': 'compute 2.39' });
    expect(body).toEqual({ limits: { rate: [], absolute: {} } });
  });
});

describe('401', () => {
  it('answers requests without a valid token', async () => {
    expect((await catalog.request('GET', '/v2.1/limits')).status).toBe(401);
  });
});
