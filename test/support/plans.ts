import type { Pool, QueryConfig } from 'pg';
import type { Database } from '../../src/platform/database/database.js';

/** A node of a plan with what it did, as `EXPLAIN (ANALYZE, FORMAT JSON)` tells. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a plan costs, in rows rather than time. */
export interface PlanWork {
  /** Tables read from end to end. */
  readonly scanned: readonly string[];
  /** Rows and index entries that its scans touched. */
  readonly read: number;
  /** Rows of the largest set that was sorted. */
  readonly sorted: number;
}

/** How the server plans: for the values at hand, or once for all values. */
export const PLANNING = ['custom', 'generic'] as const;
export type Planning = (typeof PLANNING)[number];

/**
 * Remembers the statements of the pool and those that read by key while `work` runs; the planner's own are left out.
 * A read by key that finds no shared connection goes through the pool, and is there twice. Before, something is written elsewhere:
 * what was read since the last change would be handed out without a statement (ADR 85).
 */
export async function statementsDuring(
  database: Database,
  work: () => Promise<unknown>,
): Promise<QueryConfig[]> {
  const { pool } = database;
  await pool.query('SELECT pg_current_xact_id()');
  const statements: QueryConfig[] = [];
  const readByKey = database.readByKey.bind(database);
  database.readByKey = ({ name, text, values, ...rest }) => {
    statements.push({ name, text, values: [...values] });
    return readByKey({ name, text, values, ...rest });
  };
  const query = pool.query.bind(pool) as (statement: QueryConfig) => unknown;
  pool.query = ((statement: QueryConfig) => {
    if (!statement.text.startsWith('EXPLAIN')) statements.push(statement);
    return query(statement);
  }) as typeof pool.query;
  try {
    await work();
  } finally {
    pool.query = query as typeof pool.query;
    database.readByKey = readByKey;
  }
  return statements;
}

/** Runs a statement and tells what it cost. Only prepared statements can get a generic plan. */
export async function workOf(
  pool: Pool,
  { name, text, values = [] }: QueryConfig,
  planning: Planning,
): Promise<PlanWork> {
  const client = await pool.connect();
  try {
    const mode = name === undefined ? 'custom' : planning;
    await client.query(`SET plan_cache_mode = force_${mode}_plan`);
    await client.query(`PREPARE explained AS ${text}`);
    const literals = values.map((value) => literal(client, value)).join(', ');
    const call = literals === '' ? 'explained' : `explained (${literals})`;
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE ${call}`,
    );
    return total(nodesOf(rows[0]!['QUERY PLAN'][0].Plan));
  } finally {
    await client.query('DEALLOCATE explained');
    await client.query('RESET plan_cache_mode');
    client.release();
  }
}

function literal(client: { escapeLiteral(text: string): string }, value: unknown): string {
  if (Array.isArray(value)) {
    return `ARRAY[${value.map((item) => client.escapeLiteral(String(item))).join(', ')}]`;
  }
  if (value instanceof Date) return client.escapeLiteral(value.toISOString());
  return value === null
    ? 'NULL'
    : client.escapeLiteral((value as { toString(): string }).toString());
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const rowsOf = (node: PlanNode): number =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

function total(nodes: readonly PlanNode[]): PlanWork {
  const ran = nodes.filter((node) => node['Actual Loops'] > 0);
  const scans = ran.filter((node) => /Index|Heap|Seq/.test(node['Node Type']));
  const sorts = ran.filter((node) => node['Node Type'] === 'Sort');
  const inputs = sorts.flatMap(({ Plans = [] }) => Plans.map(rowsOf));
  return {
    scanned: ran
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name'] ?? ''),
    read: scans.reduce((sum, node) => sum + rowsOf(node), 0),
    sorted: Math.max(0, ...inputs),
  };
}
