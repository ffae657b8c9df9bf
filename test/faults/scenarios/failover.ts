import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresNode } from '../../support/postgres-node.js';
import { Witness, type Scenario } from '../scenario.js';
import { SwitchProxy } from '../switch-proxy.js';
import { until, World } from '../world.js';

/** Who manages the servers needs a moment to see that one is dead. */
const NOTICED_MS = { from: 200, to: 2000 };

export const failover: Scenario = {
  summary: 'kill -9 of the whole primary under load, its synchronous standby takes over',
  rounds: 10,
  async open(random, note) {
    const world = await World.create();
    const proxy = await SwitchProxy.start(world.databaseUrl);
    world.onClose(() => proxy.close());
    let standby: PostgresNode | null = null;
    world.onClose(async () => standby?.stop());
    let made = 0;

    const addStandby = async (): Promise<PostgresNode> => {
      made += 1;
      standby = await world.databaseNode.addStandby(`standby${made}`);
      await world.databaseNode.waitFor(`standby${made}`);
      return standby;
    };
    const takeOver = async (next: PostgresNode): Promise<number> => {
      const started = performance.now();
      await next.promote();
      standby = null;
      await world.adopt(next);
      proxy.leadTo(next.url);
      return performance.now() - started;
    };

    const replica = await world.startReplica({ DATABASE_URL: proxy.url });
    const client = await world.client(replica.origin);
    const rate = { clients: 8, pauseMs: 40, source: null };
    const witness = new Witness(world, client, random, { ...rate, note });
    return {
      async round() {
        const next = await addStandby();
        witness.start();
        await sleep(random.between(500, 3000));
        await world.cutDatabasePower();
        proxy.fence();
        await sleep(random.between(NOTICED_MS.from, NOTICED_MS.to));
        const promotionMs = await takeOver(next);
        const backMs = await until(() => client.isReady());
        await sleep(500);
        return {
          failovers: 1,
          'promotion ms': promotionMs,
          'back ms': backMs,
          ...(await witness.check()),
        };
      },
      settle: () => witness.settle(),
      close: () => world.close(),
    };
  },
};
