import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { Scrape } from '../../support/metrics.js';
import { Sandbox } from '../../support/sandbox.js';

const RAISE_FAULTS = fileURLToPath(new URL('../../support/raise-faults.mjs', import.meta.url));

const sandbox = new Sandbox();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(() => sandbox.stopAll());

afterAll(async () => {
  await sandbox.close();
  await database.drop();
});

/** The service, in which requests may raise what nobody catches. */
async function start() {
  const service = sandbox.start({
    DATABASE_URL: database.url,
    CATALOG_DATA_DIR: await sandbox.dataDir(),
    CATALOG_METRICS_PORT: '0',
    CATALOG_LOG_LEVEL: 'error',
    NODE_OPTIONS: `--import=${RAISE_FAULTS}`,
  });
  const origin = await service.listening();
  const [, metrics = ''] = await service.said(/Metrics are at (\S+)/);
  const ask = async (fault = 'none'): Promise<number> => {
    const headers = { 'x-raise-fault': fault };
    return (await fetch(`${origin}/readyz`, { headers })).status;
  };
  const faults = async (kind: string): Promise<number | null> =>
    new Scrape(await (await fetch(metrics)).text()).value('catalog_faults_total', { kind });
  return { service, ask, faults };
}

describe('a fault that nobody caught', () => {
  it.each(['rejection', 'exception'])(
    'ends no process and no other request, and is counted and told: %s',
    async (kind) => {
      const { service, ask, faults } = await start();
      const asked = ['none', 'none', kind, 'none', kind, 'none', 'none'];

      expect(await Promise.all(asked.map(ask))).toEqual(asked.map(() => 200));
      expect(await ask()).toBe(200);
      expect(await faults(kind)).toBe(2);
      expect(service.output).toContain(`Nobody caught a fault (${kind}).`);
    },
  );

  it('ends the process in order when there are many', async () => {
    const { service, ask } = await start();
    await Promise.allSettled(Array.from({ length: 20 }, () => ask('exception')));

    expect(await service.exit()).toEqual({ code: 0, signal: null });
  });
});
