import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newImageDataKey } from '../../src/images/application/image-data-key.js';
import { AuditImageData } from '../../src/images/application/audit-image-data.js';
import {
  ImageDataRepository,
  type UploadRequest,
} from '../../src/images/application/ports/image-data.repository.js';
import { ImageDataStores } from '../../src/images/application/ports/image-data-stores.js';
import { PurgeDeletedImages } from '../../src/images/application/purge-deleted-images.js';
import { SweepImageData } from '../../src/images/application/sweep-image-data.js';
import { ImageDataFixture, md5, sha512, unknownId } from '../support/image-data.js';

const quotas = { bytes: -1, stagedBytes: -1, uploads: 20 };
const EMPTY = Buffer.alloc(0);
const findings = {
  size: 10n,
  virtualSize: 10n,
  checksum: md5(EMPTY),
  hashAlgorithm: 'sha512',
  hashValue: sha512(EMPTY),
};
const data = { findings, url: 'memory:x' };

let fixture: ImageDataFixture;
let repository: ImageDataRepository;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_ORPHAN_GRACE: '1h' });
  repository = fixture.app.app.get(ImageDataRepository, { strict: false });
});

afterAll(() => fixture.close());

function requestFor(imageId: string, reservedBytes = 0n): UploadRequest {
  const key = newImageDataKey(imageId);
  const uploadId = randomUUID();
  return { imageId, uploadId, kind: 'saving', storeId: 'local', key, reservedBytes };
}

async function silence(request: UploadRequest): Promise<void> {
  await fixture.app.database.execute({
    name: 'silence-upload',
    text: `UPDATE image_uploads SET heartbeat_at = now() - interval '31 seconds' WHERE upload_id = $1::uuid`,
    values: [request.uploadId],
  });
}

const statusOf = async (id: string): Promise<string> => (await fixture.show(id)).status;

describe('the lease of an upload', () => {
  it('is given to one of many', async () => {
    const id = await fixture.createImage();
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => repository.beginUpload(requestFor(id), quotas)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await statusOf(id)).toBe('saving');
  });

  it('ends with the data', async () => {
    const request = requestFor(await fixture.createImage());
    await repository.beginUpload(request, quotas);
    expect(await repository.renewUpload(request)).toBe('held');
    await repository.completeUpload(request, data, quotas);
    expect(await repository.renewUpload(request)).toBe('lost');
    expect(await repository.abandonUpload(request)).toBe(false);
    expect(await fixture.show(request.imageId)).toMatchObject({ status: 'active', size: 10 });
  });

  it('tells that the image was deleted, and then completes nothing', async () => {
    const request = requestFor(await fixture.createImage());
    await repository.beginUpload(request, quotas);
    const url = `/image/v2/images/${request.imageId}`;
    await fixture.app.request('DELETE', url, { token: fixture.token, headers: {} });
    expect(await repository.renewUpload(request)).toBe('image-deleted');
    await expect(repository.completeUpload(request, data, quotas)).rejects.toThrow(/deleted/);
    expect(await repository.abandonUpload(request)).toBe(true);
  });

  it('expires without renewal; the late owner completes nothing', async () => {
    const request = requestFor(await fixture.createImage());
    const lively = requestFor(await fixture.createImage());
    await repository.beginUpload(request, quotas);
    await repository.beginUpload(lively, quotas);
    await silence(request);
    expect(await repository.abandonExpiredUploads(30)).toEqual([request.imageId]);
    expect(await statusOf(request.imageId)).toBe('queued');
    expect(await statusOf(lively.imageId)).toBe('saving');
    await expect(repository.completeUpload(request, data, quotas)).rejects.toThrow(/given up/);
    expect(await repository.abandonUpload(lively)).toBe(true);
  });
});

describe('the quota of a tenant', () => {
  const limited = { bytes: 100, stagedBytes: 100, uploads: 2 };

  it('sets aside what uploads declare, and holds against what they bring', async () => {
    const { token } = await fixture.identity.member();
    const [first, second] = [
      requestFor(await fixture.createImage({}, token), 95n),
      requestFor(await fixture.createImage({}, token)),
    ];
    expect(await repository.beginUpload(first, limited)).toBe(100n);
    expect(await repository.beginUpload(second, limited)).toBe(5n);
    await expect(repository.completeUpload(second, data, limited)).rejects.toThrow(/bytes/);
    await repository.abandonUpload(first);
    await repository.completeUpload(second, data, limited);
  });

  it('is exact when uploads complete at once', async () => {
    const { token } = await fixture.identity.member();
    const requests = [];
    for (let count = 0; count < 8; count += 1) {
      requests.push(requestFor(await fixture.createImage({}, token)));
    }
    const roomy = { bytes: 35, stagedBytes: -1, uploads: -1 };
    await Promise.all(requests.map((request) => repository.beginUpload(request, roomy)));
    const done = await Promise.allSettled(
      requests.map((request) => repository.completeUpload(request, data, roomy)),
    );
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('bounds the uploads that run at once', async () => {
    const { token } = await fixture.identity.member();
    const requests = [];
    for (let count = 0; count < 3; count += 1) {
      requests.push(requestFor(await fixture.createImage({}, token)));
    }
    const tries = await Promise.allSettled(
      requests.map((request) => repository.beginUpload(request, limited)),
    );
    expect(tries.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  it('goes on counting the bytes of a deleted image until it is purged', async () => {
    const { projectId, token } = await fixture.identity.member();
    const id = await fixture.createImage({}, token);
    await fixture.upload(id, 'ten bytes.', {}, token);
    await fixture.app.request('DELETE', `/image/v2/images/${id}`, { token, headers: {} });
    expect(await usageOf(projectId)).toEqual([0, 10]);
    await age(id);
    await fixture.app.app.get(PurgeDeletedImages, { strict: false }).execute();
    expect(await usageOf(projectId)).toEqual([0, 0]);
    expect(await fixture.filesOf(id)).toEqual([]);
  });
});

describe('the sweep', () => {
  it('removes what an upload left whose process is gone', async () => {
    const request = requestFor(await fixture.createImage());
    await repository.beginUpload(request, quotas);
    await localStore().write(request.key, bytesOf('left behind'));
    await silence(request);
    await fixture.app.app.get(SweepImageData, { strict: false }).execute();
    expect(await statusOf(request.imageId)).toBe('queued');
    expect(await fixture.filesOf(request.imageId)).toEqual([]);
  });
});

describe('the audit', () => {
  const inTwoHours = (): Date => new Date(Date.now() + 2 * 3600 * 1000);

  it('removes old data of our images that no record names, and only that', async () => {
    const id = await fixture.activeImage(Buffer.from('kept'));
    const orphan = newImageDataKey(id);
    const foreign = newImageDataKey(unknownId());
    await localStore().write(orphan, bytesOf('orphan'));
    await localStore().write(foreign, bytesOf('foreign'));
    const audit = fixture.app.app.get(AuditImageData, { strict: false });
    expect((await audit.execute()).orphans).toEqual([]);
    const found = (await audit.execute(inTwoHours())).orphans;
    expect(found).toContainEqual({ storeId: 'local', key: orphan, bytes: 6n, removed: true });
    expect(found).toContainEqual({ storeId: 'local', key: foreign, bytes: 7n, removed: false });
    expect(found).toHaveLength(2);
    expect(await localStore().stat(orphan)).toBeNull();
    expect(await localStore().stat(foreign)).not.toBeNull();
    expect((await fixture.download(id)).bytes.toString()).toBe('kept');
  });

  it('reports a record whose data is gone, and keeps it', async () => {
    const id = await fixture.activeImage(Buffer.from('lost'));
    const [location] = await repository.locations(id);
    await localStore().delete(location?.key ?? '');
    const { missing } = await fixture.app.app.get(AuditImageData, { strict: false }).execute();
    expect(missing).toContainEqual({ imageId: id, storeId: 'local' });
    expect(await statusOf(id)).toBe('active');
  });
});

const localStore = () => fixture.app.app.get(ImageDataStores, { strict: false }).writable('local');

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function usageOf(tenantId: string): Promise<[images: number, bytes: number]> {
  const url = `/catalog/v1/tenants/${tenantId}/quota`;
  const { body } = await fixture.app.request('GET', url, { token: fixture.token, headers: {} });
  return [body.image_count.usage, body.image_bytes.usage];
}

async function age(id: string): Promise<void> {
  await fixture.app.database.execute({
    name: 'age-image',
    text: `UPDATE images SET deleted_at = now() - interval '30 days' WHERE id = $1::uuid`,
    values: [id],
  });
}
