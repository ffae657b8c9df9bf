import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { withSpan } from '../../src/platform/observability/tracing/active-span.js';
import { traceStatements } from '../../src/platform/observability/tracing/trace-statements.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { RecordedSpan } from '../support/recorded-span.js';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = new Database({
    url: own.url,
    poolSize: 1,
    connectTimeoutMs: 20_000,
    statementTimeoutMs: 30_000,
  });
  traceStatements(database);
});

afterAll(async () => {
  await database.close();
  await own.drop();
});

const read = (span: RecordedSpan, name: string, text = 'SELECT pg_sleep($1)') =>
  withSpan(span, () => database.read({ name, text, values: [0.01] }));

describe('a statement', () => {
  it('is a part of what asked for it, even if it waited for a connection of others', async () => {
    const names = ['first', 'second', 'third', 'fourth'];
    const spans = names.map((name) => new RecordedSpan(name));
    await Promise.all(spans.map((span) => read(span, span.name)));

    expect(spans.map(({ parts }) => parts.map(({ name }) => name))).toEqual(
      names.map((name) => [name]),
    );
  });

  it('fails with its SQLSTATE, which names no value', async () => {
    const span = new RecordedSpan('root');
    await read(span, 'broken', 'SELECT 1 / ($1::integer - $1::integer)').catch(() => undefined);

    expect(span.parts[0]).toMatchObject({
      name: 'broken',
      options: { kind: 'client', attributes: { 'db.query.summary': 'broken' } },
    });
    expect(span.parts[0]?.ending?.errorType).toMatch(/^22/);
    expect(span.parts[0]?.ending?.attributes).toEqual({
      'db.response.status_code': span.parts[0]?.ending?.errorType,
    });
  });
});
