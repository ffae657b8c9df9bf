import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { Scrape } from '../../support/metrics.js';
import { isRunning, until } from '../../support/processes.js';
import { Sandbox } from '../../support/sandbox.js';
import type { ServiceProcess } from '../../support/service-process.js';

const sandbox = new Sandbox();
let database: TestDatabase;
let service: ServiceProcess;
let origin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  service = sandbox.start({
    DATABASE_URL: database.url,
    CATALOG_DATA_DIR: await sandbox.dataDir(),
    CATALOG_WORKERS: '2',
    CATALOG_METRICS_PORT: '0',
    PORT: '0',
  });
  origin = await service.listening();
});

afterAll(async () => {
  await sandbox.stopAll();
  await sandbox.close();
  await database.drop();
});

/** The processes that the service started, as Linux lists them. */
const children = (): number[] =>
  readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0);

/** Each time on a connection of its own: one that is kept may lead to a worker that is gone. */
const status = async (): Promise<number> =>
  (await fetch(`${origin}/readyz`, { headers: { connection: 'close' } })).status;

describe('two workers', () => {
  it('serve one port', async () => {
    expect(children()).toHaveLength(2);
    expect(await Promise.all(Array.from({ length: 8 }, status))).toEqual(Array(8).fill(200));
  });

  it('have one place where the figures of both are added up', async () => {
    const [, url = ''] = await service.said(/Metrics are at (\S+)/);
    const scrape = new Scrape(await (await fetch(url)).text());
    const requests = { route: '/readyz', status: '2xx' };
    expect(scrape.value('catalog_processes')).toBe(2);
    expect(scrape.value('catalog_database_up')).toBe(1);
    expect(scrape.value('catalog_http_request_duration_seconds_count', requests)).toBe(8);
  });

  it('greet once', () => {
    expect(service.output.match(/is listening on/g)).toHaveLength(1);
  });

  it('are two again after one was killed, and go on serving meanwhile', async () => {
    const [victim, other] = children() as [number, number];
    process.kill(victim, 'SIGKILL');
    await until(() => service.complaint.includes('A worker ended (SIGKILL)'));
    expect(await status()).toBe(200);
    await until(() => children().length === 2);
    expect(children()).toContain(other);
    expect(children()).not.toContain(victim);
  });

  it('end with the service', async () => {
    const workers = children();
    expect(await service.stop()).toMatchObject({ code: 0 });
    expect(workers.filter(isRunning)).toEqual([]);
    expect(service.output.match(/Stopped\./g)).toHaveLength(1);
  });
});
