import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { presentLevel, Release } from '../release.js';
import { Witness, type Row, type Scenario } from '../scenario.js';
import { SlowSource } from '../slow-source.js';
import { World, type Replica } from '../world.js';

/** Migrations are a job of their own here, as in a rolling update. */
const SETTINGS = { CATALOG_MIGRATE: 'off' };
const LOAD = { clients: 8, pauseMs: 40, dataShare: 0.4 };
const MOMENT_MS = 1000;

const readiness = async ({ origin }: Replica): Promise<number> =>
  (await fetch(`${origin}/readyz`)).status;

/**
 * The first round goes from the level of the database before the last migration to today's, each later one to a
 * level that does not exist yet.
 */
export const upgrade: Scenario = {
  summary: 'the next release migrates the database and takes over, the one before serves meanwhile',
  rounds: 10,
  async open(random, note) {
    const world = await World.create(SETTINGS);
    const source = await SlowSource.start();
    world.onClose(() => source.close());
    let level = (await presentLevel()) - 1;
    const release = () => Release.make(join(world.directory, `release-${level}`), level);
    const first = await release();
    await first.migrate(world.databaseUrl);
    let old = await world.startReplica({}, first.main);
    const witness = async (replica: Replica) =>
      new Witness(world, await world.client(replica.origin), random, { ...LOAD, source, note });
    let onOld = await witness(old);

    return {
      async round(): Promise<Row> {
        level += 1;
        const next = await release();
        onOld.start();
        const replica = await world.startReplica({}, next.main);
        const onNew = await witness(replica);
        const early = await readiness(replica);
        const migrations = await next.migrate(world.databaseUrl);
        await world.untilReady(replica);
        const late = await readiness(old);
        onNew.start();
        await sleep(MOMENT_MS);
        const seen = { before: await onOld.check(), after: await onNew.check() };
        const wrong = (await onNew.seeAll(onOld)) + (await onOld.seeAll(onNew));
        const { code } = await old.process.stop('SIGTERM');
        [old, onOld] = [replica, onNew];
        const sum = (column: string): number =>
          (seen.before[column] ?? 0) + (seen.after[column] ?? 0);
        const unfit = [early !== 503, migrations !== 1, late !== 200, code !== 0];
        return {
          upgrades: 1,
          answered: sum('answered'),
          acknowledged: sum('acknowledged'),
          failed: sum('unavailable') + sum('broken') + unfit.filter(Boolean).length,
          improper: sum('improper'),
          lost: sum('lost') + wrong,
          findings: sum('findings'),
        };
      },
      settle: () => onOld.settle(),
      close: () => world.close(),
    };
  },
};
