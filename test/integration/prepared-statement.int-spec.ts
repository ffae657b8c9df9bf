import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PreparedStatement } from '../../src/platform/database/prepared-statement.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createEmptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query(`CREATE TABLE thing (id int PRIMARY KEY, name text, made timestamptz, tags text[], data jsonb);
    INSERT INTO thing VALUES (1, 'one', '2020-01-02T03:04:05Z', '{a,"b c"}', '{"x":1}'), (2, null, null, '{}', null)`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

type Rows = Promise<{ rows: unknown[] }>;
const ask = async (name: string, text: string, ...values: unknown[]): Rows =>
  pool.query(new PreparedStatement(name, text, values, pg.types) as never);

describe('a prepared statement', () => {
  it("reads what pg's own queries read, the first time and every other time", async () => {
    const text = 'SELECT * FROM thing WHERE id >= $1 ORDER BY id';
    const { rows } = await pool.query<object>(text, [1]);
    for (let time = 0; time < 3; time += 1) {
      expect((await ask('things', text, 1)).rows).toEqual(rows.map((row) => ({ ...row })));
    }
    expect((await ask('things', text, 3)).rows).toEqual([]);
  });

  it('asks for its columns once for each connection', async () => {
    const client = await pool.connect();
    let descriptions = 0;
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('rowDescription', () => (descriptions += 1));
    client.release();
    for (let time = 0; time < 3; time += 1) await ask('once', 'SELECT 7 AS n');
    expect(descriptions).toBe(1);
  });

  it('takes values of every kind', async () => {
    const at = new Date('2021-02-03T04:05:06.789Z');
    const { rows } = await ask(
      'kinds',
      'SELECT $1::int AS a, $2::text AS b, $3::text[] AS c, $4::timestamptz AS d, $5::jsonb AS e, $6::bool AS f, $7::bytea AS g',
      7,
      "it's",
      ['x', 'y "z"'],
      at,
      { k: [1] },
      null,
      Buffer.from([0, 255]),
    );
    expect(rows).toEqual([
      {
        a: 7,
        b: "it's",
        c: ['x', 'y "z"'],
        d: at,
        e: { k: [1] },
        f: null,
        g: Buffer.from([0, 255]),
      },
    ]);
  });

  it('writes without rows to read', async () => {
    expect((await ask('put', 'UPDATE thing SET name = $1 WHERE id = 2', 'two')).rows).toEqual([]);
    expect((await ask('put', 'UPDATE thing SET name = $1 WHERE id = 2', 'zwei')).rows).toEqual([]);
    expect((await pool.query('SELECT name FROM thing WHERE id = 2')).rows).toEqual([
      { name: 'zwei' },
    ]);
  });

  it('fails as the server says, once or every time, and is as good as before afterwards', async () => {
    const divide = 'SELECT 10 / $1::int AS n';
    await expect(ask('bad', 'SELECT nothing FROM nowhere')).rejects.toMatchObject({
      code: '42P01',
    });
    await expect(ask('divide', divide, 0)).rejects.toMatchObject({ code: '22012' });
    expect((await ask('divide', divide, 5)).rows).toEqual([{ n: 2 }]);
    await expect(ask('divide', divide, 0)).rejects.toMatchObject({ code: '22012' });
    expect((await ask('divide', divide, 2)).rows).toEqual([{ n: 5 }]);
  });

  it('fails when a value cannot be read, and when its name has another text', async () => {
    const types = {
      getTypeParser: () => () => {
        throw new Error('unreadable');
      },
    };
    const broken = new PreparedStatement('broken', 'SELECT 1 AS n UNION SELECT 2', [], types);
    await expect(pool.query(broken as never) as unknown as Rows).rejects.toThrow('unreadable');
    expect((await ask('same', 'SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    await expect(ask('same', 'SELECT 2 AS n')).rejects.toThrow('has another text');
  });

  it('is refused by the server, in its words, when its table has changed under it', async () => {
    await ask('changing', 'SELECT * FROM thing ORDER BY id');
    await pool.query('ALTER TABLE thing ADD COLUMN more int DEFAULT 4');
    await expect(ask('changing', 'SELECT * FROM thing ORDER BY id')).rejects.toMatchObject({
      code: '0A000',
    });
    const { rows } = await ask('changing', 'SELECT * FROM thing ORDER BY id');
    expect(rows[0]).toMatchObject({ id: 1, more: 4 });
  });
});
