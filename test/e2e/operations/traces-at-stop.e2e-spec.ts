import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { Sandbox } from '../../support/sandbox.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { TraceCollector } from '../../support/trace-collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const sandbox = new Sandbox();
let database: TestDatabase;
let collector: TraceCollector;

beforeAll(async () => {
  database = await createTestDatabase();
  collector = await TraceCollector.start();
});

afterAll(async () => {
  await sandbox.stopAll();
  await sandbox.close();
  await collector.stop();
  await database.drop();
});

/** Workers that would keep their spans for a minute. */
async function start(): Promise<{ service: ServiceProcess; list: () => Promise<unknown> }> {
  const service = sandbox.start({
    DATABASE_URL: database.url,
    CATALOG_DATA_DIR: await sandbox.dataDir(),
    CATALOG_WORKERS: '2',
    CATALOG_LOG_LEVEL: 'info',
    CATALOG_LOG_FORMAT: 'json',
    PORT: '0',
    ...collector.settings,
    OTEL_BSP_SCHEDULE_DELAY: '60000',
  });
  const origin = await service.listening();
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
  return { service, list: () => fetch(`${origin}/image/v2/images`, { headers }) };
}

describe('a service that stops', () => {
  it('sends the traces of its workers first, whose ids are in the log', async () => {
    const { service, list } = await start();
    await list();
    expect(collector.spans).toEqual([]);

    expect(await service.stop()).toMatchObject({ code: 0 });
    expect(collector.spans).toContainEqual(
      expect.objectContaining({ traceId: TRACE, parentId: 'b7ad6b7169203331' }),
    );
    const line = service.output.split('\n').find((each) => each.includes('"route":"/v2/images"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ traceId: TRACE, status: 401 });
  });

  it('does not wait long for a collector that says nothing', async () => {
    collector.answer = 'silence';
    const { service, list } = await start();
    await list();

    expect(await service.stop()).toMatchObject({ code: 0, signal: null });
  });
});
