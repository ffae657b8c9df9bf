import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageDataRepository } from '../../../src/images/application/ports/image-data.repository.js';
import { ImageDataStores } from '../../../src/images/application/ports/image-data-stores.js';
import { ImageDataFixture, unknownId } from '../../support/image-data.js';

let fixture: ImageDataFixture;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-stores-'));
  const at = (name: string): string => join(directory, name);
  fixture = await ImageDataFixture.start({
    CATALOG_STORES: JSON.stringify([
      { id: 'slow', driver: 'filesystem', path: at('slow'), weight: 1 },
      { id: 'fast', driver: 'filesystem', path: at('fast'), weight: 9, default: true },
      { id: 'old', driver: 'filesystem', path: at('old'), readOnly: true, description: 'Archive' },
    ]),
  });
});

afterAll(async () => {
  await fixture.close();
  await rm(directory, { recursive: true, force: true });
});

const into = (storeId: string) => ({ 'x-image-meta-store': storeId });

const call = (method: 'GET' | 'DELETE', path: string, token = fixture.token) =>
  fixture.app.request(method, `/image/v2${path}`, { token, headers: {} });

/** Puts another copy of `bytes` beside the first, as an import into several stores does. */
async function addCopy(id: string, storeId: string): Promise<void> {
  const key = `${id}.copy`;
  const stores = fixture.app.app.get(ImageDataStores, { strict: false });
  const { location } = await stores.writable(storeId).write(key, bytes());
  await fixture.app.database.write((prisma) =>
    prisma.imageLocation.create({ data: { imageId: id, storeId, key, url: location } }),
  );
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes');
}

const locationsOf = (id: string) =>
  fixture.app.app.get(ImageDataRepository, { strict: false }).locations(id);

describe('GET /v2/info/stores', () => {
  it('lists the stores with their flags as text', async () => {
    expect((await call('GET', '/info/stores')).body).toEqual({
      stores: [
        { id: 'slow' },
        { id: 'fast', default: 'true' },
        { id: 'old', description: 'Archive', 'read-only': 'true' },
      ],
    });
  });

  it('answers 403 to the details for others than admins', async () => {
    expect((await call('GET', '/info/stores/detail', await fixture.stranger())).status).toBe(403);
  });

  it('tells admins type, weight and properties', async () => {
    const { body } = await call('GET', '/info/stores/detail');
    expect(body.stores[0]).toMatchObject({ id: 'slow', type: 'file', weight: 1 });
    expect(body.stores[0].properties.data_dir).toBe(join(directory, 'slow'));
  });
});

describe('PUT /v2/images/{id}/file', () => {
  it('stores in the default store, or in the one that X-Image-Meta-Store names', async () => {
    const [one, other] = [await fixture.createImage(), await fixture.createImage()];
    await fixture.upload(one, 'bytes');
    await fixture.upload(other, 'bytes', into('slow'));
    expect((await locationsOf(one)).map(({ storeId }) => storeId)).toEqual(['fast']);
    expect((await locationsOf(other)).map(({ storeId }) => storeId)).toEqual(['slow']);
  });

  it('answers 400 to an unknown store and 410 to one that is read-only', async () => {
    const id = await fixture.createImage();
    expect((await fixture.upload(id, 'bytes', into('nowhere'))).status).toBe(400);
    expect((await fixture.upload(id, 'bytes', into('old'))).status).toBe(410);
    expect((await fixture.show(id)).status).toBe('queued');
  });
});

describe('GET /v2/images/{id}/file', () => {
  it('answers 400 to an unknown preference', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    expect((await fixture.download(id, {}, fixture.token, '?prefer=nowhere')).status).toBe(400);
  });

  it('reads another copy when the preferred one is missing', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    await addCopy(id, 'slow');
    await fixture.app.app
      .get(ImageDataStores, { strict: false })
      .writable('slow')
      .delete(`${id}.copy`);
    const reply = await fixture.download(id, {}, fixture.token, '?prefer=slow,fast');
    expect([reply.status, reply.bytes.toString()]).toEqual([200, 'bytes']);
  });
});

describe('DELETE /v2/stores/{store}/{id}', () => {
  it('400 is the answer to a body', async () => {
    const { status } = await fixture.app.request('DELETE', `/image/v2/stores/slow/${unknownId()}`, {
      token: fixture.token,
      body: {},
    });
    expect(status).toBe(400);
  });

  it('answers 204 and removes the one copy', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    await addCopy(id, 'slow');
    expect((await call('DELETE', `/stores/fast/${id}`)).status).toBe(204);
    expect((await locationsOf(id)).map(({ storeId }) => storeId)).toEqual(['slow']);
    expect((await fixture.download(id)).bytes.toString()).toBe('bytes');
  });

  it('answers 403 for the last copy, for protected images, and to others than admins', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'), { protected: true });
    expect((await call('DELETE', `/stores/fast/${id}`)).status).toBe(403);
    await addCopy(id, 'slow');
    expect((await call('DELETE', `/stores/fast/${id}`)).status).toBe(403);
    const stranger = await fixture.stranger();
    expect((await call('DELETE', `/stores/fast/${id}`, stranger)).status).toBe(403);
    const last = await fixture.activeImage(Buffer.from('bytes'));
    expect((await call('DELETE', `/stores/fast/${last}`)).status).toBe(403);
    expect(await locationsOf(last)).toHaveLength(1);
  });

  it('answers 404 for an unknown image and for a store without a copy', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    expect((await call('DELETE', `/stores/slow/${id}`)).status).toBe(404);
    expect((await call('DELETE', `/stores/fast/${unknownId()}`)).status).toBe(404);
  });

  it('answers 409 for an unknown store and for an image that is not active', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    const queued = await fixture.createImage();
    expect((await call('DELETE', `/stores/nowhere/${id}`)).status).toBe(409);
    expect((await call('DELETE', `/stores/fast/${queued}`)).status).toBe(409);
  });
});
