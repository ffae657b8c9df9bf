import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ADMIN_PASSWORD } from '../../support/identity.js';
import { eventually, ImageDataFixture, md5 } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { Sandbox } from '../../support/sandbox.js';
import { execute } from '../../support/test-server.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';

const PATIENCE_MS = 60_000;
const [FIRST, REST] = [randomBytes(3_000_000), randomBytes(1_000_000)];
const WHOLE = Buffer.concat([FIRST, REST]);

const sandbox = new Sandbox();
let fixture: ImageDataFixture;
let imports: Imports;
let source: SourceServer;

// Takes requests and works on nothing: the workers are processes of their own.
beforeAll(async () => {
  source = await SourceServer.start();
  fixture = await ImageDataFixture.start({ ...MAY_DOWNLOAD_HERE, CATALOG_IMPORT_CONCURRENCY: '0' });
  imports = new Imports(fixture);
  await startWorker();
});

afterAll(async () => {
  await sandbox.close();
  await fixture.close();
  await source.close();
});

/** The worker that the last test has left is the one that the next test ends. */
let worker: ServiceProcess;

async function startWorker(): Promise<void> {
  worker = sandbox.start({
    ...MAY_DOWNLOAD_HERE,
    DATABASE_URL: fixture.app.databaseUrl,
    CATALOG_DATA_DIR: fixture.directory,
    CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
  });
  await worker.listening();
}

/** An image whose first bytes a worker has taken; the others come when they are told to. */
async function halfImported(path: string): Promise<{ id: string; finish: () => void }> {
  const { url, finish } = source.serveHalf(path, FIRST, REST);
  const id = await fixture.createImage();
  expect((await imports.download(id, url)).status).toBe(202);
  await eventually(async () => {
    expect((await imports.task(id)).status).toBe('processing');
    expect(await fixture.filesOf(id)).toHaveLength(1);
  }, PATIENCE_MS);
  return { id, finish };
}

/** As if the time of the lease had passed. */
async function expireLease(id: string): Promise<void> {
  await fixture.app.database.pool.query(
    `UPDATE image_tasks SET heartbeat_at = now() - interval '31 seconds' WHERE image_id = $1`,
    [id],
  );
}

async function expectWhole(id: string): Promise<void> {
  const { image, task } = await imports.ended(id);
  expect(task).toMatchObject({ status: 'success', bytes_done: WHOLE.length });
  expect(image).toMatchObject({ status: 'active', checksum: md5(WHOLE), size: WHOLE.length });
  await eventually(async () => {
    expect(await fixture.filesOf(id)).toHaveLength(1);
  }, PATIENCE_MS);
  expect((await fixture.download(id)).bytes.equals(WHOLE)).toBe(true);
}

async function attemptsOf(id: string): Promise<number> {
  const { rows } = await fixture.app.database.pool.query<{ attempts: number }>(
    'SELECT attempts FROM image_tasks WHERE image_id = $1',
    [id],
  );
  return rows[0]?.attempts ?? 0;
}

describe('an import whose process', () => {
  it('is killed in the middle of the data is finished by another one', async () => {
    const { id, finish } = await halfImported('/middle');
    await worker.stop('SIGKILL');
    finish();
    await startWorker();
    expect((await fixture.show(id)).status).toBe('importing');
    await expireLease(id);
    await expectWhole(id);
    expect(await attemptsOf(id)).toBe(2);
  });

  it('is killed between the store and the record is finished by another one', async () => {
    const { id, finish } = await halfImported('/end');
    const client = await fixture.app.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM images WHERE id = $1 FOR UPDATE', [id]);
      finish();
      await eventually(async () => {
        const waiting = await execute(
          fixture.app.databaseUrl,
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(waiting.rowCount).toBeGreaterThan(0);
      }, PATIENCE_MS);
      await worker.stop('SIGKILL');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await startWorker();
    await expireLease(id);
    await expectWhole(id);
  });

  it('is told to stop is given back at once, and is none of its attempts', async () => {
    const { id, finish } = await halfImported('/stop');
    expect(await worker.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect((await imports.task(id)).status).toBe('pending');
    finish();
    await startWorker();
    await expectWhole(id);
    expect(await attemptsOf(id)).toBe(1);
  });

  it('was killed each time is given up with a reason; the image is queued, and no byte stays', async () => {
    const { id } = await halfImported('/always');
    await worker.stop('SIGKILL');
    await fixture.app.database.pool.query(
      'UPDATE image_tasks SET attempts = 3 WHERE image_id = $1',
      [id],
    );
    await startWorker();
    await expireLease(id);
    expect(await imports.failed(id)).toMatch(/begun 3 times and interrupted each time/);
    expect((await fixture.upload(id, 'another way')).status).toBe(204);
  });
});
