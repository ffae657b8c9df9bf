import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** Property protections in the Compute dialect: sections 8.1 and 8.4 of compute-v2.1. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';
const RULES = `
[secret_]
create = admin
read = admin
update = admin
delete = admin
[fixed_]
create = @
read = @
update = admin
delete = admin
[.*]
create = @
read = @
update = @
delete = @
`;
const STORED = { secret_a: '1', fixed_b: '2', open_c: '3' };

let catalog: TestApp;
let token: string;
let directory: string;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-protections-'));
  const file = join(directory, 'protections.conf');
  await writeFile(file, RULES);
  catalog = await startTestApp({ CATALOG_PROPERTY_PROTECTIONS_FILE: file });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'member' });
  const id = await storeImage(catalog, { owner: TENANT, properties: STORED });
  url = `/compute/v2.1/images/${id}`;
});

afterAll(async () => {
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string) => catalog.request('GET', `${url}${path}`, { token });
const put = (path: string, body: unknown) =>
  catalog.request('PUT', `${url}${path}`, { token, body });

describe('a property that the caller may not read', () => {
  it('is in no representation', async () => {
    const seen = { fixed_b: '2', open_c: '3' };
    expect((await get('')).body.image.metadata).toEqual(seen);
    expect((await get('/metadata')).body).toEqual({ metadata: seen });
    expect((await get('/metadata/secret_a')).status).toBe(404);
  });

  it('finds nothing as a filter', async () => {
    const { body } = await catalog.request('GET', '/v2.1/images?property-secret_a=1', { token });
    expect(body.images).toEqual([]);
  });

  it('cannot be removed, and survives a replacement', async () => {
    const removal = await catalog.request('DELETE', `${url}/metadata/secret_a`, { token });
    expect(removal.status).toBe(404);
    const metadata = { fixed_b: '2', open_c: 'changed' };
    expect((await put('/metadata', { metadata })).status).toBe(200);
    const admin = await tokenFor(catalog, { tenant: TENANT, role: 'admin' });
    const { body } = await catalog.request('GET', `${url}/metadata`, { token: admin });
    expect(body).toEqual({ metadata: { secret_a: '1', ...metadata } });
  });
});

describe('a property that the caller may not change', () => {
  it('is refused with 403 in every form', async () => {
    const item = await put('/metadata/fixed_b', { meta: { fixed_b: 'x' } });
    const removal = await catalog.request('DELETE', `${url}/metadata/fixed_b`, { token });
    const replacement = await put('/metadata', { metadata: {} });
    expect([item.status, removal.status, replacement.status]).toEqual([403, 403, 403]);
    expect((await get('/metadata/fixed_b')).body).toEqual({ meta: { fixed_b: '2' } });
  });
});
