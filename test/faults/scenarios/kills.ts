import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import { Witness, type Note, type Row, type Running, type Scenario } from '../scenario.js';
import { SlowSource } from '../slow-source.js';
import { World } from '../world.js';

const LOAD = { clients: 12, pauseMs: 60 };

/** Kills something at a random moment of a mixed load, brings it back, and looks at everything. */
async function open(victim: 'service' | 'database', random: Random, note: Note): Promise<Running> {
  const world = await World.create();
  const source = await SlowSource.start();
  world.onClose(() => source.close());
  const replica = await world.startReplica();
  const client = await world.client(replica.origin);
  const witness = new Witness(world, client, random, { ...LOAD, source, note });

  const killAndStart = async (): Promise<void> => {
    if (victim === 'service') {
      await replica.process.stop('SIGKILL');
      await world.restart(replica);
    } else {
      await world.killDatabase();
      await world.startDatabase();
    }
  };
  return {
    async round(): Promise<Row> {
      witness.start();
      await sleep(random.between(300, 2500));
      const killed = performance.now();
      await killAndStart();
      const readyMs = await world.untilReady(replica);
      const awayMs = performance.now() - killed;
      await sleep(300);
      return {
        kills: 1,
        'away ms': awayMs,
        'started to ready ms': readyMs,
        ...(await witness.check()),
      };
    },
    settle: () => witness.settle(),
    close: () => world.close(),
  };
}

export const killService: Scenario = {
  summary: 'kill -9 of the service at random moments of a mixed load with uploads and imports',
  rounds: 50,
  open: (random, note) => open('service', random, note),
};

export const killDatabase: Scenario = {
  summary: 'kill -9 of PostgreSQL at random moments of a mixed load with uploads and imports',
  rounds: 50,
  open: (random, note) => open('database', random, note),
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
