import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import { Witness, type Note, type Row, type Running, type Scenario } from '../scenario.js';
import { SlowSource } from '../slow-source.js';
import type { Transfer, Transfers } from '../transfers.js';
import { childrenOf, until, World, type Replica } from '../world.js';

const LOAD = { clients: 12, pauseMs: 100, dataShare: 0.8 };
/** Connections of a process that was killed are closed by then. */
const NOTICED_MS = 300;
/** In one round, until an upload and an import have been hit. */
const MOST_KILLS = 4;

interface Victim {
  readonly environment?: Readonly<Record<string, string>>;
  /** @returns the transfers among those under way that it cut off */
  strike(world: World, replica: Replica, underWay: readonly Transfer[]): Promise<Struck>;
}

type Struck = readonly Transfer[];

const service: Victim = {
  async strike(world, replica, underWay) {
    await replica.process.stop('SIGKILL');
    await sleep(NOTICED_MS);
    const struck = underWay.filter(({ isCutOff }) => isCutOff);
    await world.restart(replica);
    return struck;
  },
};

/** One of two processes that serve and import; the first process starts another one. */
const worker: Victim = {
  environment: { CATALOG_WORKERS: '2', CATALOG_IMPORT_CONCURRENCY: '4' },
  async strike(_world, { process: { pid } }, underWay) {
    const [victim = 0, other] = await childrenOf(pid);
    process.kill(victim, 'SIGKILL');
    await sleep(NOTICED_MS);
    const struck = underWay.filter(({ isCutOff }) => isCutOff);
    await until(async () => (await childrenOf(pid)).filter((child) => child !== other).length > 0);
    return struck;
  },
};

/** Transfers go on without it, and need it at their end. */
const database: Victim = {
  async strike(world, _replica, underWay) {
    await world.killDatabase();
    await world.startDatabase();
    return underWay;
  },
};

/** Kills something in the middle of uploads and imports of a mixed load, brings it back, and looks at everything. */
async function open(victim: Victim, random: Random, note: Note): Promise<Running> {
  const world = await World.create(victim.environment);
  const source = await SlowSource.start();
  world.onClose(() => source.close());
  const replica = await world.startReplica();
  const client = await world.client(replica.origin);
  const witness = new Witness(world, client, random, { ...LOAD, source, note });
  return {
    async round(): Promise<Row> {
      witness.start();
      await sleep(random.between(300, 2500));
      const row = { kills: 0, 'uploads hit': 0, 'imports hit': 0, 'away ms': 0 };
      // What was under way may have come to its end a moment before, or be another process's.
      while (row.kills < MOST_KILLS && (row['uploads hit'] === 0 || row['imports hit'] === 0)) {
        const underWay = [witness.uploads, source.transfers] as const;
        const { uploads, imports } = await midway(world, underWay);
        const killed = performance.now();
        const struck = new Set(await victim.strike(world, replica, [...uploads, ...imports]));
        await world.untilReady(replica);
        row.kills += 1;
        row['uploads hit'] += uploads.filter((upload) => struck.has(upload)).length;
        row['imports hit'] += imports.filter((download) => struck.has(download)).length;
        row['away ms'] = Math.max(row['away ms'], performance.now() - killed);
      }
      await sleep(300);
      const { 'uploads hit': uploads, 'imports hit': imports } = row;
      const rounds = { 'mid-upload': Math.min(1, uploads), 'mid-import': Math.min(1, imports) };
      return { ...rounds, ...row, ...(await witness.check()) };
    },
    settle: () => witness.settle(),
    close: () => world.close(),
  };
}

/** Waits for a moment at which bytes of uploads and imports are on their way and PostgreSQL knows of both. */
async function midway(world: World, [up, down]: readonly [Transfers, Transfers]) {
  let moment = { uploads: up.midway, imports: down.midway };
  await until(async () => {
    const [known] = await world.query<{ uploads: boolean; imports: boolean }>(KNOWN);
    moment = { uploads: up.midway, imports: down.midway };
    const { uploads, imports } = moment;
    return known?.uploads === true && known.imports && uploads.length > 0 && imports.length > 0;
  });
  return moment;
}

const KNOWN = `SELECT EXISTS (SELECT FROM image_uploads) AS uploads,
  EXISTS (SELECT FROM image_tasks WHERE status = 'processing') AS imports`;

export const killService: Scenario = {
  summary: 'kill -9 of the service in the middle of uploads and imports of a mixed load',
  rounds: 50,
  open: (random, note) => open(service, random, note),
};

export const killWorker: Scenario = {
  summary: 'kill -9 of one of two worker processes in the middle of uploads and imports',
  rounds: 50,
  open: (random, note) => open(worker, random, note),
};

export const killDatabase: Scenario = {
  summary: 'kill -9 of PostgreSQL in the middle of uploads and imports of a mixed load',
  rounds: 50,
  open: (random, note) => open(database, random, note),
};

export const restartDatabase: Scenario = {
  summary: 'PostgreSQL restarted under about 50 requests a second (R-01)',
  rounds: 5,
  async open(random, note) {
    const world = await World.create();
    const replica = await world.startReplica();
    const client = await world.client(replica.origin);
    const rate = { clients: 10, pauseMs: 150, source: null };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        witness.start();
        await sleep(random.between(1000, 3000));
        await world.stopDatabase();
        await world.startDatabase();
        const readyMs = await world.untilReady(replica);
        await sleep(2000);
        return { restarts: 1, 'started to ready ms': readyMs, ...(await witness.check()) };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};
