import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newImageDataKey } from '../../src/images/application/image-data-key.js';
import { SweepImports } from '../../src/images/application/imports/sweep-imports.js';
import {
  ImageImportRepository,
  type NewImport,
} from '../../src/images/application/ports/image-import.repository.js';
import { ImageDataStores } from '../../src/images/application/ports/image-data-stores.js';
import { TaskQueue, type ClaimedTask } from '../../src/images/application/ports/task-queue.js';
import { queueMissingHashes } from '../../src/images/persistence/missing-hashes.js';
import { RemoveImageData } from '../../src/images/application/remove-image-data.js';
import { ImageDataFixture } from '../support/image-data.js';
import { Imports } from '../support/imports.js';

const quotas = { bytes: -1, stagedBytes: -1, uploads: -1 };
const LEASE_SECONDS = 30;

let fixture: ImageDataFixture;
let imports: Imports;
let queue: TaskQueue;
let repository: ImageImportRepository;

// No worker of its own: the tests are the workers.
beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_IMPORT_CONCURRENCY: '0' });
  imports = new Imports(fixture);
  queue = fixture.app.app.get(TaskQueue, { strict: false });
  repository = fixture.app.app.get(ImageImportRepository, { strict: false });
});

afterAll(() => fixture.close());

async function begin(imageId: string, limits = quotas): Promise<NewImport> {
  const request: NewImport = {
    id: randomUUID(),
    type: 'api_image_import',
    imageId,
    owner: null,
    userId: null,
    requestId: null,
    input: {},
    plan: { method: 'web-download', uri: 'http://x', storeIds: ['local'], mustAllSucceed: true },
  };
  await repository.begin(request, limits);
  return request;
}

async function claimed(): Promise<ClaimedTask> {
  const task = await queue.claim(LEASE_SECONDS);
  if (task === null) throw new Error('There is no task.');
  return task;
}

async function silence({ lease }: ClaimedTask): Promise<void> {
  await fixture.app.database.pool.query(
    `UPDATE image_tasks SET heartbeat_at = now() - interval '31 seconds' WHERE id = $1`,
    [lease.taskId],
  );
}

const nothing = { bytesDone: 0n, bytesTotal: null };
const failure = { reason: 'The test says so.', failedStoreIds: ['local'], progress: nothing };
const fail = ({ lease }: ClaimedTask) => repository.fail(lease, failure);

describe('the queue', () => {
  it('gives each task to one of many workers, the oldest first', async () => {
    const tasks = [];
    for (let count = 0; count < 4; count += 1) tasks.push(await begin(await fixture.createImage()));
    const first = await claimed();
    expect(first.lease.taskId).toBe(tasks[0]?.id);
    const others = await Promise.all(Array.from({ length: 8 }, () => queue.claim(LEASE_SECONDS)));
    const given = others.flatMap((task) => (task === null ? [] : [task.lease.taskId]));
    expect(given.toSorted()).toEqual(
      tasks
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const task of [first, ...others]) if (task !== null) await fail(task);
    expect(await queue.claim(LEASE_SECONDS)).toBeNull();
  });

  it('gives a task whose lease has expired to the next worker; the late one changes nothing', async () => {
    const imageId = await fixture.createImage();
    await begin(imageId);
    const late = await claimed();
    const place = { storeId: 'local', key: newImageDataKey(imageId) };
    await repository.openPlace(late.lease, place);
    expect(await queue.claim(LEASE_SECONDS)).toBeNull();
    await silence(late);
    const next = await claimed();
    expect(next).toMatchObject({ attempts: 2, lease: { taskId: late.lease.taskId } });
    expect(await queue.renew(late.lease, nothing)).toBe('lost');
    await expect(repository.openPlace(late.lease, place)).rejects.toThrow(/taken over/);
    await expect(
      repository.complete(late.lease, { ...outcomeAt(place), failedStoreIds: [] }, quotas),
    ).rejects.toThrow(/taken over/);
    expect(await fail(late)).toBe(false);
    expect((await fixture.show(imageId)).status).toBe('importing');
    expect(await queue.renew(next.lease, nothing)).toBe('held');
    expect(await fail(next)).toBe(true);
    expect((await fixture.show(imageId)).status).toBe('queued');
  });

  it('gives hashes that an operator asked for after all imports, and never counts them as uploads', async () => {
    const { database } = fixture.app;
    const hashed = await fixture.activeImage(Buffer.from('data'));
    await database.pool.query('UPDATE images SET checksum = NULL WHERE id = $1', [hashed]);
    expect(await queueMissingHashes(database, { owner: null, hashAlgorithm: 'sha512' })).toBe(1);
    const [imported, queued] = [await fixture.createImage(), await fixture.createImage()];
    await begin(imported);
    const first = await claimed();
    expect(first.lease.imageId).toBe(imported);
    await fail(first);
    const second = await claimed();
    expect(second).toMatchObject({ lease: { imageId: hashed }, plan: { method: 'hash-data' } });
    await begin(queued, { ...quotas, uploads: 1 });
    await fail(await claimed());
    await repository.fail(second.lease, { ...failure, failedStoreIds: [] });
    const image = await fixture.show(hashed);
    expect(image).toMatchObject({ status: 'active', checksum: null });
    expect(image).not.toHaveProperty('os_glance_failed_import');
  });

  it('takes a task back without counting the attempt, and removes what it brought', async () => {
    const imageId = await fixture.createImage();
    await begin(imageId);
    const task = await claimed();
    const place = { storeId: 'local', key: newImageDataKey(imageId) };
    await repository.openPlace(task.lease, place);
    await localStore().write(place.key, bytesOf('half'));
    await queue.release(task.lease);
    expect(await imports.task(imageId)).toMatchObject({ status: 'pending', bytes_done: 0 });
    await fixture.app.app.get(RemoveImageData, { strict: false }).execute();
    expect(await fixture.filesOf(imageId)).toEqual([]);
    const again = await claimed();
    expect(again.attempts).toBe(1);
    await fail(again);
  });

  it('shows progress, and tells the worker that the image was deleted', async () => {
    const imageId = await fixture.createImage();
    await begin(imageId);
    const task = await claimed();
    const progress = { bytesDone: 10n, bytesTotal: 20n };
    expect(await queue.renew(task.lease, progress)).toBe('held');
    expect(await imports.task(imageId)).toMatchObject({
      status: 'processing',
      bytes_done: 10,
      bytes_total: 20,
    });
    const { app, token } = fixture;
    await app.request('DELETE', `/image/v2/images/${imageId}`, { token });
    expect(await queue.renew(task.lease, progress)).toBe('image-deleted');
    await expect(
      repository.complete(
        task.lease,
        outcomeAt({ storeId: 'local', key: newImageDataKey(imageId) }),
        quotas,
      ),
    ).rejects.toThrow(/deleted/);
    expect(await fail(task)).toBe(true);
  });

  it('forgets finished tasks after their time', async () => {
    const imageId = await fixture.createImage();
    await begin(imageId);
    await fail(await claimed());
    const sweep = fixture.app.app.get(SweepImports, { strict: false });
    await sweep.execute();
    expect(await imports.tasks(imageId)).toHaveLength(1);
    await fixture.app.database.pool.query(
      `UPDATE image_tasks SET expires_at = now() - interval '1 second' WHERE image_id = $1`,
      [imageId],
    );
    await sweep.execute();
    const { rows } = await fixture.app.database.pool.query(
      'SELECT FROM image_tasks WHERE image_id = $1',
      [imageId],
    );
    expect(rows).toEqual([]);
  });
});

describe('an image that nobody brings data to any more', () => {
  it('is queued again with a reason; one with a lease, staged data or a task is not', async () => {
    const forsaken = await fixture.createImage();
    const [staged, importing] = [await fixture.createImage(), await fixture.createImage()];
    await fixture.stage(staged, 'bytes');
    await begin(importing);
    await fixture.app.database.pool.query(`UPDATE images SET status = 'importing' WHERE id = $1`, [
      forsaken,
    ]);
    await fixture.app.app.get(SweepImports, { strict: false }).queueForsaken();
    expect((await fixture.show(forsaken)).status).toBe('queued');
    expect(await imports.task(forsaken)).toMatchObject({
      status: 'failure',
      message: expect.stringMatching(/Nothing was bringing/),
    });
    expect((await fixture.show(staged)).status).toBe('uploading');
    expect((await fixture.show(importing)).status).toBe('importing');
    await fail(await claimed());
  });
});

const outcomeAt = (place: { storeId: string; key: string }) => ({
  copies: [{ ...place, url: 'memory:x' }],
  failedStoreIds: [],
  findings: null,
  takenOver: null,
  formats: { diskFormat: 'raw', containerFormat: 'bare' },
  progress: nothing,
});

const localStore = () => fixture.app.app.get(ImageDataStores, { strict: false }).writable('local');

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
