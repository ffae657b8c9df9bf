import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lzma from 'lzma-native';
import { gzipSync } from 'node:zlib';
import { ImageDataRepository } from '../../../src/images/application/ports/image-data.repository.js';
import { ImageDataFixture, md5 } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';
import { zip } from '../../support/zip.js';

let fixture: ImageDataFixture;
let imports: Imports;
let source: SourceServer;
let directory: string;

const BYTES = Buffer.from('bytes of an image');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-stores-'));
  // A file where the directory of a store should be: nothing can be written there.
  await writeFile(join(directory, 'broken'), '');
  const store = (id: string, more: object = {}) => ({
    id,
    driver: 'filesystem',
    path: join(directory, id),
    ...more,
  });
  source = await SourceServer.start();
  fixture = await ImageDataFixture.start({
    ...MAY_DOWNLOAD_HERE,
    CATALOG_IMPORT_DECOMPRESSION: 'on',
    CATALOG_STORES: JSON.stringify([
      store('slow'),
      store('fast', { default: true }),
      store('old', { readOnly: true }),
      { ...store('broken'), path: join(directory, 'broken', 'below') },
    ]),
  });
  imports = new Imports(fixture);
});

afterAll(async () => {
  await fixture.close();
  await source.close();
  await rm(directory, { recursive: true, force: true });
});

async function storesOf(id: string): Promise<string[]> {
  const repository = fixture.app.app.get(ImageDataRepository, { strict: false });
  return (await repository.locations(id)).map(({ storeId }) => storeId).toSorted();
}

async function stagedImage(): Promise<string> {
  const id = await fixture.createImage();
  await fixture.stage(id, BYTES);
  return id;
}

describe('an import into several stores', () => {
  it('puts a copy into each that is named', async () => {
    const id = await stagedImage();
    const reply = await imports.direct(id, { stores: ['slow', 'fast', 'slow'] });
    expect(reply.status).toBe(202);
    const { image, task } = await imports.ended(id);
    expect(image).toMatchObject({
      status: 'active',
      checksum: md5(BYTES),
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    });
    expect(task).toMatchObject({ bytes_done: 2 * BYTES.length, bytes_total: 2 * BYTES.length });
    expect(await storesOf(id)).toEqual(['fast', 'slow']);
    for (const storeId of ['fast', 'slow']) {
      const reply = await fixture.download(id, {}, fixture.token, `?prefer=${storeId}`);
      expect(reply.bytes.equals(BYTES)).toBe(true);
    }
  });

  it('goes to the default one, or the one of X-Image-Meta-Store, when none is named', async () => {
    const [one, other] = [await stagedImage(), await stagedImage()];
    await imports.direct(one);
    const headers = { 'x-image-meta-store': 'slow' };
    await imports.request(other, { method: { name: 'glance-direct' } }, { headers });
    await Promise.all([imports.ended(one), imports.ended(other)]);
    expect(await storesOf(one)).toEqual(['fast']);
    expect(await storesOf(other)).toEqual(['slow']);
  });

  it('fails as a whole when one store fails; the image is queued and no copy stays', async () => {
    const uri = source.serve('/all', BYTES);
    const id = await fixture.createImage();
    expect((await imports.download(id, uri, { all_stores: true })).status).toBe(202);
    expect(await imports.failed(id)).toMatch(/./);
    expect(await fixture.show(id)).toMatchObject({
      os_glance_importing_to_stores: '',
      os_glance_failed_import: 'broken,fast,slow',
    });
    expect(await storesOf(id)).toEqual([]);
  });

  it('passes a failing store over when not all must succeed, wherever it stands', async () => {
    const uri = source.serve('/some', BYTES);
    const [download, direct] = [await fixture.createImage(), await stagedImage()];
    const options = { stores: ['broken', 'slow', 'fast'], all_stores_must_succeed: false };
    expect((await imports.download(download, uri, options)).status).toBe(202);
    expect((await imports.direct(direct, options)).status).toBe(202);
    for (const id of [download, direct]) {
      const { image, task } = await imports.ended(id);
      expect(image).toMatchObject({ status: 'active', os_glance_failed_import: 'broken' });
      expect(task.status).toBe('success');
      expect(await storesOf(id)).toEqual(['fast', 'slow']);
    }
  });

  it('fails when no store works', async () => {
    const id = await stagedImage();
    const options = { stores: ['broken'], all_stores_must_succeed: false };
    expect((await imports.direct(id, options)).status).toBe(202);
    expect(await imports.failed(id)).toMatch(/./);
  });

  it('answers 400 to contradicting wishes and 409 to stores that take nothing', async () => {
    const id = await stagedImage();
    const headers = { 'x-image-meta-store': 'slow' };
    const method = { name: 'glance-direct' };
    const statuses = [
      await imports.request(id, { method, stores: ['fast'], all_stores: true }),
      await imports.request(id, { method, all_stores: true }, { headers }),
      await imports.request(id, { method, stores: ['fast'] }, { headers }),
      await imports.request(id, { method, stores: ['nowhere'] }),
      await imports.request(id, { method, stores: ['old'] }),
      await imports.request(id, { method, stores: ['os_glance_staging_store'] }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 400, 409, 409, 409]);
    expect((await fixture.show(id)).status).toBe('uploading');
  });
});

describe('CATALOG_IMPORT_DECOMPRESSION=on', () => {
  const stores = { stores: ['slow', 'fast'] };

  it('unpacks gzip that is downloaded or staged, once for all stores', async () => {
    const uri = source.serve('/image.gz', gzipSync(BYTES));
    const [download, direct] = [await fixture.createImage(), await fixture.createImage()];
    await fixture.stage(direct, gzipSync(BYTES));
    expect((await imports.download(download, uri, stores)).status).toBe(202);
    expect((await imports.direct(direct, stores)).status).toBe(202);
    for (const id of [download, direct]) {
      const { image } = await imports.ended(id);
      expect(image).toMatchObject({ status: 'active', checksum: md5(BYTES), size: BYTES.length });
      expect(await storesOf(id)).toEqual(['fast', 'slow']);
    }
  });

  it('unpacks xz', async () => {
    const packed = await new Promise<Buffer>((resolve) => {
      lzma.compress(BYTES, {}, resolve);
    });
    const id = await fixture.createImage();
    await imports.download(id, source.serve('/image.xz', packed));
    const { image } = await imports.ended(id);
    expect(image).toMatchObject({ status: 'active', checksum: md5(BYTES), size: BYTES.length });
  });

  it('unpacks zip with one member, and refuses another with two', async () => {
    const [single, several] = [await fixture.createImage(), await fixture.createImage()];
    await imports.download(single, source.serve('/image.zip', zip({ content: BYTES })), stores);
    const two = zip({ content: BYTES }, { content: BYTES });
    await imports.download(several, source.serve('/images.zip', two));
    const { image } = await imports.ended(single);
    expect(image).toMatchObject({ status: 'active', checksum: md5(BYTES), size: BYTES.length });
    expect(await storesOf(single)).toEqual(['fast', 'slow']);
    expect(await imports.failed(several)).toMatch(/exactly one member/);
  });

  it('leaves images alone that are to stay compressed', async () => {
    const id = await fixture.createImage({ container_format: 'compressed' });
    await fixture.stage(id, gzipSync(BYTES));
    await imports.direct(id);
    expect((await imports.ended(id)).image.checksum).toBe(md5(gzipSync(BYTES)));
  });

  it('fails for gzip that is cut off or a bomb', async () => {
    const half = source.serve('/half.gz', gzipSync(Buffer.alloc(1000, 'x')).subarray(0, 15));
    const bomb = source.serve('/bomb.gz', gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    const [cut, bombed] = [await fixture.createImage(), await fixture.createImage()];
    await imports.download(cut, half);
    await imports.download(bombed, bomb);
    expect(await imports.failed(cut)).toMatch(/damaged/);
    expect(await imports.failed(bombed)).toMatch(/more than 100 to 1/);
  });
});

describe('copy-image', () => {
  it('adds copies to an active image, which stays active and as it was', async () => {
    const id = await fixture.activeImage(BYTES);
    const before = await fixture.show(id);
    expect((await imports.copy(id, { stores: ['slow'] })).status).toBe(202);
    const { image, task } = await imports.ended(id);
    expect(task).toMatchObject({ status: 'success', bytes_done: BYTES.length });
    expect(image).toMatchObject({
      status: 'active',
      checksum: before.checksum,
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    });
    expect(await storesOf(id)).toEqual(['fast', 'slow']);
    const copy = await fixture.download(id, {}, fixture.token, '?prefer=slow');
    expect(copy.bytes.equals(BYTES)).toBe(true);
  });

  it('that fails removes what it brought; the image stays active', async () => {
    const id = await fixture.activeImage(BYTES);
    expect((await imports.copy(id, { stores: ['slow', 'broken'] })).status).toBe(202);
    const { image, task } = await imports.ended(id);
    expect(task.status).toBe('failure');
    expect(image).toMatchObject({ status: 'active', os_glance_failed_import: 'broken,slow' });
    expect(await storesOf(id)).toEqual(['fast']);
    expect((await fixture.download(id)).bytes.equals(BYTES)).toBe(true);
  });

  it('refuses a copy that differs from what the image is said to be', async () => {
    const id = await fixture.activeImage(BYTES);
    await fixture.app.database.pool.query(`UPDATE images SET checksum = 'else' WHERE id = $1`, [
      id,
    ]);
    expect((await imports.copy(id, { stores: ['slow'] })).status).toBe(202);
    expect((await imports.ended(id)).task.message).toMatch(/not what was stored before/);
    expect(await storesOf(id)).toEqual(['fast']);
  });

  it('answers 400 for a store that has the image, and 202 without a task when all have it', async () => {
    const id = await fixture.activeImage(BYTES);
    expect((await imports.copy(id, { stores: ['fast'] })).status).toBe(400);
    await rm(join(directory, 'broken'), { force: true });
    await mkdir(join(directory, 'broken'));
    expect((await imports.copy(id, { all_stores: true })).status).toBe(202);
    expect((await imports.ended(id)).task.status).toBe('success');
    expect(await storesOf(id)).toEqual(['broken', 'fast', 'slow']);
    expect((await imports.copy(id, { all_stores: true })).status).toBe(202);
    expect(await imports.tasks(id)).toHaveLength(1);
  });

  it('answers 403 to others than admins and 409 for an image without data', async () => {
    const { token } = await fixture.identity.member();
    const id = await fixture.createImage({}, token);
    expect((await imports.copy(id, { stores: ['slow'] })).status).toBe(409);
    await fixture.upload(id, 'bytes', {}, token);
    const body = { method: { name: 'copy-image' }, stores: ['slow'] };
    expect((await imports.request(id, body, { token })).status).toBe(403);
    expect(await storesOf(id)).toEqual(['fast']);
  });
});

describe('discovery', () => {
  it('tells that copies can be made, and the stores', async () => {
    const { token, app } = fixture;
    const { body } = await app.request('GET', '/image/v2/info/import', { token });
    expect(body['import-methods'].value).toEqual(['glance-direct', 'web-download', 'copy-image']);
    const created = await app.request('POST', '/image/v2/images', { token, body: {} });
    expect(created.headers['openstack-image-store-ids']).toBe('slow,fast,old,broken');
  });
});
