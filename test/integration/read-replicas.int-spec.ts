import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/platform/database/database.js';
import { Metrics } from '../../src/platform/observability/metrics/metrics.js';
import { migrate, migrationsDirectory } from '../../src/platform/database/migrate.js';
import { grantService } from '../../src/platform/database/service-role.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { eventually } from '../support/image-data.js';
import { PostgresNode } from '../support/postgres-node.js';

const PASSWORD = 'one password for both';
const PATCH = 'application/openstack-images-v2.1-json-patch';
const SETTINGS = { maxConnections: 100, durable: false };
const STEPS = 60;
/** For a replica to be asked again after it rested. */
const PATIENCE_MS = 60_000;

let directory: string;
let primary: PostgresNode;
let standby: PostgresNode;
let line: FlakyProxy;
let apps: readonly [TestApp, TestApp];
let token: string;

const asService = (url: string): string => url.replace(/\/\/[^@]*@/, '//service:secret@');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-replicas-'));
  primary = await PostgresNode.primary(directory, SETTINGS);
  await migrate(primary.url, migrationsDirectory());
  await grantService(primary.url, { name: 'service', password: 'secret' });
  standby = await primary.addStandby('second');
  line = await FlakyProxy.start(asService(standby.url));
  const settings = {
    DATABASE_URL: asService(primary.url),
    CATALOG_DATABASE_REPLICA_URLS: line.url,
    CATALOG_ADMIN_PASSWORD: PASSWORD,
    CATALOG_DATABASE_STATEMENT_TIMEOUT_MS: '4000',
    CATALOG_METRICS_PORT: '0',
  };
  apps = [await startTestApp(settings), await startTestApp(settings)];
  token = await apps[0].adminToken();
});

afterAll(async () => {
  for (const app of apps) await app.close();
  await line.stop();
  await standby.stop();
  await primary.stop();
  await rm(directory, { recursive: true, force: true });
});

/** One process or the other, as behind a load balancer. */
const anyApp = (): TestApp => apps[randomInt(2) === 0 ? 0 : 1];

const readsOf = (server: 'replica' | 'primary'): number =>
  apps.reduce((sum, { database }) => sum + (database.replicas?.counts[server] ?? 0), 0);

async function create(name: string): Promise<string> {
  const { status, body } = await anyApp().request('POST', '/v2/images', { token, body: { name } });
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

async function rename(id: string, name: string): Promise<void> {
  const { status } = await anyApp().request('PATCH', `/v2/images/${id}`, {
    token,
    headers: { 'content-type': PATCH },
    body: [{ op: 'replace', path: '/name', value: name }],
  });
  expect(status).toBe(200);
}

async function expectShown(id: string, name: string): Promise<void> {
  const shown = await anyApp().request('GET', `/v2/images/${id}`, { token });
  expect(shown).toMatchObject({ status: 200, body: { name } });
  const listed = await anyApp().request('GET', `/v2/images?name=${name}`, { token });
  expect(listed.body).toMatchObject({ images: [{ id }] });
}

async function expectGone(id: string, name: string): Promise<void> {
  const shown = await anyApp().request('GET', `/v2/images/${id}`, { token });
  expect(shown.status).toBe(404);
  const listed = await anyApp().request('GET', `/v2/images?name=${name}`, { token });
  expect(listed.body).toMatchObject({ images: [] });
}

/** Creates, renames and removes an image, and looks after each acknowledgement. */
async function expectEachWriteShown(): Promise<void> {
  const id = await create('first');
  const name = `renamed-${id}`;
  await rename(id, name);
  await expectShown(id, name);
  const { status } = await anyApp().request('DELETE', `/v2/images/${id}`, { token });
  expect(status).toBe(204);
  await expectGone(id, name);
}

async function expectReplicaAsked(): Promise<void> {
  const before = readsOf('replica');
  await eventually(async () => {
    await expectEachWriteShown();
    expect(readsOf('replica')).toBeGreaterThan(before);
  }, PATIENCE_MS);
}

describe('two processes with a read replica', () => {
  it('show each acknowledged write at once, from the replica too', async () => {
    const chains = Array.from({ length: 4 }, async () => {
      for (let step = 0; step < STEPS / 4; step += 1) await expectEachWriteShown();
    });
    await Promise.all(chains);
    await expectReplicaAsked();
    expect(readsOf('replica')).toBeGreaterThan(0);
  });

  it('read from the primary what the replica has not applied yet, and from the replica when it has', async () => {
    await standby.query('SELECT pg_wal_replay_pause()');
    const before = readsOf('primary');
    await expectEachWriteShown();
    expect(readsOf('primary')).toBeGreaterThan(before);
    await standby.query('SELECT pg_wal_replay_resume()');
    await expectReplicaAsked();
  });

  it.each<[what: string, harm: () => unknown]>([
    ['is cut off', () => line.cut()],
    ['falls silent', () => line.hang()],
  ])('go on while the replica %s, and ask it again afterwards', async (_what, harm) => {
    const before = readsOf('primary');
    harm();
    // Several at once: the first takes the connection that there is, the others have to make one.
    await Promise.all([expectEachWriteShown(), expectEachWriteShown(), expectEachWriteShown()]);
    expect(readsOf('primary')).toBeGreaterThan(before);
    line.restore();
    await expectReplicaAsked();
  });

  it('go on while the replica is stopped, and ask it again afterwards', async () => {
    const before = readsOf('primary');
    await standby.stop();
    await expectEachWriteShown();
    expect(readsOf('primary')).toBeGreaterThan(before);
    await standby.restart();
    await expectReplicaAsked();
  });

  it('count who answered', async () => {
    const [{ app, database }] = apps;
    const name = 'catalog_database_replica_reads_total';
    const counts = database.replicas?.counts;
    await expect(app.get(Metrics).print()).resolves.toContain(
      `${name}{server="replica"} ${counts?.replica}\n${name}{server="primary"} ${counts?.primary}\n`,
    );
  });

  it('answer 503 while their primary is only a standby itself', async () => {
    const database = databaseOf(standby.url, []);
    try {
      const write = database.execute({ text: 'DELETE FROM images', values: [] });
      await expect(write).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      await database.close();
    }
    const misled = databaseOf(standby.url, [standby.url]);
    try {
      const read = misled.readAnywhere({ text: 'SELECT 1', values: [] });
      await expect(read).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      await misled.close();
    }
  });
});

describe('a server that follows another history', () => {
  it('is not asked, however long its log', async () => {
    const apart = await primary.addStandby('apart');
    await apart.promote();
    await apart.query('CREATE TABLE elsewhere AS SELECT generate_series(1, 100000)');
    const follower = await apart.addStandby('follower');
    const database = databaseOf(primary.url, [apart.url, follower.url]);
    try {
      const statement = { text: `SELECT to_regclass('elsewhere')::text AS found`, values: [] };
      for (let time = 0; time < 4; time += 1) {
        await expect(database.readAnywhere(statement)).resolves.toEqual([{ found: null }]);
      }
      expect(database.replicas?.counts).toEqual({ replica: 0, primary: 4 });
    } finally {
      await database.close();
      await follower.stop();
      await apart.stop();
    }
  });
});

function databaseOf(url: string, replicaUrls: readonly string[]): Database {
  const limits = { poolSize: 2, connectTimeoutMs: 20_000, statementTimeoutMs: 20_000 };
  return new Database({ url: asService(url), replicaUrls: replicaUrls.map(asService), ...limits });
}
