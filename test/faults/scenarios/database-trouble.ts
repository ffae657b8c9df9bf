import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { newTally } from '../client.js';
import { LosingProxy } from '../losing-proxy.js';
import { Witness, type Scenario } from '../scenario.js';
import { until, World } from '../world.js';

const LIST = '/image/v2/images?limit=5';
/** R-04 allows 6 s; a machine that does much else needs a little more to notice. */
const ANSWER_LIMIT_MS = 7000;

export const hangDatabase: Scenario = {
  summary: 'PostgreSQL stops to answer under load (SIGSTOP) and goes on later (R-04)',
  rounds: 10,
  async open(random, note) {
    const world = await World.create();
    const replica = await world.startReplica();
    const client = await world.client(replica.origin);
    const probe = await world.client(replica.origin);
    const rate = { clients: 5, pauseMs: 100, source: null };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        witness.start();
        await sleep(random.between(300, 1500));
        const stopped = await world.databaseProcesses();
        for (const pid of stopped) process.kill(pid, 'SIGSTOP');
        probe.tally = newTally();
        const answers = await Promise.all(Array.from({ length: 5 }, () => probe.send('GET', LIST)));
        const alive = await fetch(`${replica.origin}/healthz`);
        for (const pid of stopped) process.kill(pid, 'SIGCONT');
        const backMs = await until(() => probe.isReady());
        await sleep(500);
        const late = probe.tally.longestMs > ANSWER_LIMIT_MS ? 1 : 0;
        const failed = answers.filter(({ status }) => status !== 503 && status !== 200).length;
        return {
          hangs: 1,
          'answer ms': probe.tally.longestMs,
          'back ms': backMs,
          late,
          failed: failed + (alive.status === 200 ? 0 : 1),
          ...(await witness.check()),
        };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

export const fewConnections: Scenario = {
  summary: '500 requests at once on a pool of 5 connections (R-05)',
  rounds: 10,
  async open(_random, note) {
    const world = await World.create({ CATALOG_DATABASE_POOL_SIZE: '5' });
    const replica = await world.startReplica();
    const client = await world.client(replica.origin, 500);
    const memory = () => residentMiB(replica.process.pid);
    const before = await memory();
    return {
      async round() {
        client.tally = newTally();
        const requests = Array.from({ length: 500 }, (_, n) =>
          n % 5 === 0
            ? client.send('POST', '/image/v2/images', { body: '{"name":"one of many"}' })
            : client.send('GET', LIST),
        );
        await Promise.all(requests);
        for (const oddity of client.oddities) note(oddity);
        const { answered, acknowledged, unavailable, broken, improper, longestMs } = client.tally;
        return {
          answered,
          acknowledged,
          unavailable,
          failed: broken + (answered - acknowledged - unavailable),
          improper,
          'answer ms': longestMs,
          'growth MiB': (await memory()) - before,
          findings: (await world.verify(120)).length,
        };
      },
      close: () => world.close(),
    };
  },
};

export const loseAnswers: Scenario = {
  summary: 'answers of PostgreSQL are lost, those to COMMIT among them (R-03)',
  rounds: 20,
  async open(random, note) {
    const world = await World.create();
    const proxy = await LosingProxy.start(world.databaseUrl, random);
    world.onClose(() => proxy.close());
    const replica = await world.startReplica({ DATABASE_URL: proxy.url });
    const client = await world.client(replica.origin);
    const rate = { clients: 8, pauseMs: 40, source: null };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        const before = proxy.losses;
        witness.start();
        proxy.probability = 0.03;
        await sleep(3000);
        proxy.probability = 0;
        const readyMs = await until(() => client.isReady());
        const common = await witness.check();
        return { 'answers lost': proxy.losses - before, 'back ms': readyMs, ...common };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
