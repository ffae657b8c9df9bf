import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFauxqs } from 'fauxqs';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { Witness, type Scenario } from '../scenario.js';
import { until, World } from '../world.js';

const BUCKET = 'images';

export const cutStore: Scenario = {
  summary:
    'the S3 server breaks all connections in mid-upload and mid-download, and is away for a while',
  rounds: 50,
  async open(random, note) {
    const server = await startFauxqs({ port: 0, logger: false });
    server.createBucket(BUCKET);
    const proxy = await FlakyProxy.start(`http://127.0.0.1:${server.port}`);
    const store = {
      id: 's3',
      driver: 's3',
      default: true,
      endpoint: proxy.url.replace(/\/$/, ''),
      bucket: BUCKET,
      accessKeyId: 'fault',
      secretAccessKey: { env: 'S3_SECRET' },
    };
    const world = await World.create({
      CATALOG_STORES: JSON.stringify([store]),
      S3_SECRET: 'fault',
      CATALOG_DELETED_RETENTION: '0s',
    });
    world.onClose(async () => {
      await proxy.stop();
      await server.stop();
    });
    const replica = await world.startReplica();
    const client = await world.client(replica.origin);
    const rate = { clients: 8, pauseMs: 30, source: null, dataShare: 0.8, maxBytes: 12_000_000 };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        witness.start();
        await sleep(random.between(500, 2000));
        proxy.cut();
        await sleep(random.between(200, 6000));
        proxy.restore();
        const backMs = await until(() => client.isReady());
        await sleep(300);
        return { cuts: 1, 'back ms': backMs, ...(await witness.check()) };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

export const diskFull: Scenario = {
  summary: 'uploads to a file system of 16 MiB that is full again and again',
  rounds: 50,
  need: { what: 'The right to mount', isMet: mayMount },
  async open(random, note) {
    const disk = await mkdtemp(join(tmpdir(), 'catalog-small-'));
    mountSmall(disk);
    const [images, staging] = [join(disk, 'images'), join(disk, 'staging')];
    await Promise.all([mkdir(images), mkdir(staging)]);
    const store = { id: 'small', driver: 'filesystem', path: images, default: true };
    const world = await World.create({
      CATALOG_STORES: JSON.stringify([store]),
      CATALOG_DELETED_RETENTION: '0s',
    });
    world.onClose(async () => unmount(disk));
    const replica = await world.startReplica();
    const client = await world.client(replica.origin);
    const rate = { clients: 8, pauseMs: 20, source: null, dataShare: 0.8, maxBytes: 4_000_000 };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        witness.start();
        await sleep(2500);
        const common = await witness.check();
        return { 'times full': client.tally.full, ...common };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

function mountSmall(disk: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk], { stdio: 'pipe' });
}

function unmount(disk: string): void {
  execFileSync('umount', [disk]);
}

async function mayMount(): Promise<boolean> {
  const disk = await mkdtemp(join(tmpdir(), 'catalog-small-'));
  try {
    mountSmall(disk);
    unmount(disk);
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(disk);
  }
}
