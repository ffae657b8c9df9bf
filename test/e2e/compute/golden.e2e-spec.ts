import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { startTestApp, type TestApp } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** Both published examples, as the Compute API shows them (compute-v2.1 section 13). */

const TENANT = '657197';
const SEED = '70a599e0-31e7-49b7-b260-868f441e862b';
const CENTOS = '126a6674-6308-421f-801e-fc302ab4f53f';

let catalog: TestApp;
let token: string;

beforeAll(async () => {
  catalog = await startTestApp({
    CATALOG_PUBLIC_COMPUTE_URL: 'http://openstack.example.com/v2.1',
    CATALOG_PUBLIC_IMAGE_URL: 'http://glance.openstack.example.com/v2',
  });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
  await storeImage(catalog, {
    id: SEED,
    owner: null,
    name: 'fakeimage7',
    visibility: 'public',
    diskFormat: 'vhd',
    containerFormat: 'ova',
    size: 74_185_822n,
    properties: {
      kernel_id: 'nokernel',
      ramdisk_id: 'nokernel',
      auto_disk_config: 'True',
      architecture: 'x86_64',
    },
    createdAt: new Date('2011-01-01T01:02:03Z'),
    updatedAt: new Date('2011-01-01T01:02:03Z'),
  });
  await storeImage(catalog, await nativeCentOs());
});

afterAll(() => catalog.close());

describe('the published page "Show Image Details, Compute API v2.1"', () => {
  it('comes back member for member, in its key order, on its literal route', async () => {
    const { status, text } = await catalog.request('GET', `//v2.1/${TENANT}/images/${SEED}`, {
      token,
    });
    expect(status).toBe(200);
    expect(text).toBe(JSON.stringify(await fixture('published-compute-image.json')));
  });

  it('differs on the compute endpoint by the size as an integer and by diskConfig', async () => {
    const { body } = await catalog.request('GET', `/compute/v2.1/images/${SEED}`, { token });
    const published = await fixture('published-compute-image.json');
    expect(body).toEqual({
      image: {
        ...published.image,
        'OS-EXT-IMG-SIZE:size': 74_185_822,
        'OS-DCF:diskConfig': 'AUTO',
      },
    });
  });
});

describe('the published page "Get image details" of the Image API', () => {
  it('is projected on the compute endpoint with its project in the links', async () => {
    const { body } = await catalog.request('GET', `/compute/v2.1/${TENANT}/images/${CENTOS}`, {
      token,
    });
    expect(body).toEqual(await fixture('compute-centos-current.json'));
  });

  it('is projected on the root mount without it, sizes as strings, keys sorted', async () => {
    const { text } = await catalog.request('GET', `/v2.1/${TENANT}/images/${CENTOS}`, { token });
    expect(text).toBe(JSON.stringify(await fixture('compute-centos-published.json')));
  });
});

// oxlint-disable-next-line typescript/no-explicit-any -- documents of every shape
async function fixture(name: string): Promise<any> {
  return JSON.parse(await readFile(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));
}

/** The native document as a loader reads it: what is no base field is a property. */
async function nativeCentOs() {
  const document = await fixture('published-image-v2.json');
  const properties = Object.fromEntries(
    Object.entries(document as Record<string, string>).filter(([name]) => !BASE.has(name)),
  );
  return {
    id: document.id,
    owner: document.owner,
    name: document.name,
    visibility: document.visibility,
    diskFormat: document.disk_format,
    containerFormat: document.container_format,
    size: BigInt(document.size),
    checksum: document.checksum,
    minDisk: document.min_disk,
    minRam: document.min_ram,
    properties,
    createdAt: new Date(document.created_at),
    updatedAt: new Date(document.updated_at),
  };
}

const BASE = new Set(
  (
    'id owner name status visibility disk_format container_format size checksum min_disk min_ram ' +
    'created_at updated_at tags protected self file schema'
  ).split(' '),
);
