import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ImageDataStores } from '../../../src/images/application/ports/image-data-stores.js';
import type { ImageDataStore } from '../../../src/images/application/ports/image-data-store.js';
import { STAGING_STORE_ID } from '../../../src/platform/config/store-settings.js';
import { startAzureCloud, startS3Cloud, type Cloud } from '../../support/clouds.js';
import { eventually, ImageDataFixture } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { tusRun } from '../../support/resumable-uploads.js';

/** More than one part of 16 MiB, each of which is more than one part of a store's. */
const BYTES = 20_000_000;
/** Calls, more than the driver repeats by itself. */
const FAILING = 10;

describe.each([
  { name: 'S3', start: startS3Cloud },
  { name: 'Azure', start: startAzureCloud },
])('an upload that can be continued, staged and stored in $name', ({ start }) => {
  let cloud: Cloud;
  let fixture: ImageDataFixture;
  let imports: Imports;

  beforeAll(async () => {
    cloud = await start();
    const stores = [
      { ...cloud.store, id: 'cold', prefix: 'images/', default: true },
      { ...cloud.store, id: STAGING_STORE_ID, prefix: 'staging/' },
    ];
    fixture = await ImageDataFixture.start({
      CATALOG_STORES: JSON.stringify(stores),
      ...cloud.environment,
    });
    imports = new Imports(fixture);
  });

  afterAll(async () => {
    await fixture.close();
    await cloud.close();
  });

  const keysIn = async (store: ImageDataStore, id: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of store.list()) if (key.startsWith(id)) keys.push(key);
    return keys;
  };

  async function expectActive(id: string, bytes: Buffer): Promise<void> {
    await imports.arrived(id, bytes);
    const stores = fixture.app.app.get(ImageDataStores, { strict: false });
    await eventually(async () => {
      expect(await keysIn(stores.staging.data, id)).toEqual([]);
      expect(await keysIn(stores.writable('cold'), id)).toHaveLength(1);
    });
  }

  it('comes whole in spite of interruptions at random bytes, and leaves no part', async () => {
    const bytes = randomBytes(BYTES);
    const id = await fixture.createImage();
    let url: string | null = null;
    for (const n of [0, 1, 2]) {
      const cut = Math.floor(((n + Math.random()) * BYTES) / 3) + 1;
      url = await tusRun(fixture, id, bytes, { url, cut });
    }
    expect(await tusRun(fixture, id, bytes, { url, cut: Infinity })).toBe(url);
    await expectActive(id, bytes);
  });

  it('goes on by itself when the store fails for a while', async () => {
    const bytes = randomBytes(BYTES);
    const id = await fixture.createImage();
    let writes = 0;
    cloud.relay.fault = (method) => {
      if (method !== 'PUT') return null;
      writes += 1;
      return writes > 1 && writes <= FAILING ? 'reset' : null;
    };
    await tusRun(fixture, id, bytes, { url: null, cut: Infinity });
    expect(writes).toBeGreaterThan(FAILING);
    await expectActive(id, bytes);
  });
});
