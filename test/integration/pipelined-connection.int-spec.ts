import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../src/platform/database/database.js';
import type { NamedStatement } from '../../src/platform/database/statement.js';
import { PipelinedConnection } from '../../src/platform/database/pipelined-connection.js';
import { PreparedStatement } from '../../src/platform/database/prepared-statement.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { eventually } from '../support/image-data.js';

const TIMEOUT_MS = 1000;
let test: TestDatabase;
let proxy: FlakyProxy;

beforeAll(async () => {
  test = await createEmptyDatabase();
  proxy = await FlakyProxy.start(test.url);
});
afterAll(async () => {
  await proxy.stop();
  await test.drop();
});

const prepared = (name: string, text: string, ...values: unknown[]): PreparedStatement =>
  new PreparedStatement(name, text, values, pg.types);
const SELF = 'SELECT $1::int AS n, pg_backend_pid() AS pid';

describe('reads that share a connection', () => {
  let shared: PipelinedConnection;
  let connections: pg.Client[];
  beforeEach(async () => {
    connections = [];
    shared = new PipelinedConnection(
      { connectionString: proxy.url, query_timeout: TIMEOUT_MS },
      (client) => connections.push(client),
    );
    await connected();
  });
  afterEach(async () => {
    proxy.restore();
    await shared.close();
  });

  const connected = (): Promise<void> =>
    eventually(async () => {
      expect(shared.hasRoomFor(1)).toBe(true);
      expect(await sent(prepared('here', 'SELECT 1 AS here'))).toEqual([{ here: 1 }]);
    });

  const sent = (statement: PreparedStatement): Promise<unknown[]> => shared.send(statement);

  it('are answered each with its own rows, prepared once, in one write for each turn of the loop', async () => {
    const parsed: unknown[] = [];
    const [client] = connections;
    const { parse } = client!.connection;
    client!.connection.parse = (query, ...others) => {
      parsed.push(query.name);
      parse.call(client!.connection, query, ...others);
    };
    const { stream } = client!.connection;
    let writes = 0;
    const { uncork } = stream;
    stream.uncork = function uncorked() {
      uncork.call(stream);
      if (stream.writableCorked === 0) writes += 1;
    };
    const answers = Array.from({ length: 20 }, (_, n) => sent(prepared('self', SELF, n)));
    const rows = (await Promise.all(answers)).flat() as { n: number; pid: number }[];
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(new Set(rows.map(({ pid }) => pid)).size).toBe(1);
    expect(parsed).toEqual(['self']);
    expect(writes).toBe(1);
  });

  it('fail each for itself', async () => {
    const divide = (by: number) => sent(prepared('divide', 'SELECT 10 / $1::int AS n', by));
    const outcomes = await Promise.allSettled([divide(5), divide(0), divide(2)]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: [{ n: 2 }] },
      { status: 'rejected', reason: { code: '22012' } },
      { status: 'fulfilled', value: [{ n: 5 }] },
    ]);
  });

  it('are sent to the pool beyond 64 on their way', async () => {
    const slow = sent(prepared('slow', 'SELECT pg_sleep(0.2)::text AS slept'));
    const others = Array.from({ length: 63 }, (_, n) => sent(prepared('self', SELF, n)));
    expect(shared.hasRoomFor(1)).toBe(false);
    await Promise.all([slow, ...others]);
    expect(await shared.send(prepared('self', SELF, 65))).toMatchObject([{ n: 65 }]);
  });

  it('all fail when the connection is cut, and go to the pool until there is another', async () => {
    const answers = [1, 2, 3].map((n) => sent(prepared('slow', 'SELECT $1::int, pg_sleep(5)', n)));
    await new Promise(setImmediate);
    proxy.cut();
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(shared.hasRoomFor(1)).toBe(false);
    proxy.restore();
    await connected();
    expect(connections).toHaveLength(2);
  });

  it('do not wait longer than a statement may for a server that has fallen silent', async () => {
    proxy.hang();
    const start = performance.now();
    const outcomes = await Promise.allSettled([
      sent(prepared('self', SELF, 1)),
      sent(prepared('self', SELF, 2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(performance.now() - start).toBeLessThan(5 * TIMEOUT_MS);
    expect(shared.hasRoomFor(1)).toBe(false);
  });
});

describe('a shared connection that nobody uses', () => {
  it('is given back, and made again for whoever reads next', async () => {
    const ended: Promise<unknown>[] = [];
    const config = { connectionString: proxy.url };
    const shared = new PipelinedConnection(
      config,
      (client) => ended.push(new Promise((resolve) => client.once('end', resolve))),
      20,
    );
    const read = () => (shared.hasRoomFor(1) ? shared.send(prepared('self', SELF, 1)) : null);
    await eventually(async () => expect(await read()).toMatchObject([{ n: 1 }]));
    await ended[0];
    expect(read()).toBeNull();
    await eventually(async () => expect(await read()).toMatchObject([{ n: 1 }]));
    expect(ended.length).toBeGreaterThan(1);
    await shared.close();
  });
});

describe('a read by key', () => {
  let database: Database;
  beforeEach(() => {
    const limits = { poolSize: 2, connectTimeoutMs: 20_000, statementTimeoutMs: 20_000 };
    database = new Database({ url: proxy.url, ...limits });
  });
  afterEach(() => database.close());

  const self = (n: number): NamedStatement => ({ name: 'self', text: SELF, values: [n] });

  it('is answered before there is a shared connection, through it, and by the pool when it breaks', async () => {
    expect(await database.readByKey(self(1))).toMatchObject({ n: 1 });
    await eventually(async () => {
      await database.readByKey(self(2));
      const { pid } = (await database.readByKey<{ pid: number }>(self(2)))!;
      const { rows } = await database.pool.query<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
        ['image-catalog'],
      );
      expect(rows).toContainEqual({ pid });
    });
    const slow = database.readByKey({
      name: 'slow',
      text: 'SELECT 7 AS n, pg_sleep(0.3)::text AS slept',
      values: [],
    });
    await new Promise(setImmediate);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'SELECT 7 AS n%'`,
    );
    expect(await slow).toMatchObject({ n: 7 });
  });

  it('finds nothing', async () => {
    const nothing = { name: 'none', text: 'SELECT 1 AS n WHERE false', values: [] };
    expect(await database.readByKey(nothing)).toBeNull();
  });

  it('is heard of by the observers, on every connection', async () => {
    const names: (string | null)[] = [];
    database.observe((name) => {
      names.push(name);
      return () => undefined;
    });
    for (let n = 0; n < 5; n += 1) await database.readByKey(self(n));
    expect(names).toEqual(Array.from({ length: 5 }, () => 'self'));
  });
});
