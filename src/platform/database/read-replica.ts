import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { BoundedPool } from './bounded-pool.js';

/** A place in the log of a primary: all that was committed before the question lies before it. */
export interface LogPosition {
  /** As PostgreSQL writes a `pg_lsn`. */
  readonly lsn: string;
  /** Raised by each promotion: the same place on another timeline is another history. */
  readonly timeline: number;
}

/** How long a replica that failed or lags is left alone. */
const REST_MS = 1000;
/** One read at a time finds out whether it is well again; another may try when that one has no answer for so long. */
const TRIAL_MS = 5000;
/** The primary is well: whoever waits for a connection to a replica waits for nothing that is needed. */
const CONNECT_MS = 500;
/** What is on its way arrives within milliseconds; whoever lags more than this is no help. */
const CATCH_UP_MS = 100;
const POLL_MS = 3;

const HAS_REACHED: pg.QueryConfig & { readonly query_timeout: number } = {
  name: 'replica-has-reached',
  text: `SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS is_there, timeline_id AS timeline
    FROM pg_control_checkpoint()`,
  query_timeout: 500,
};

/** A standby, and whether it is worth asking. */
export class ReadReplica {
  readonly pool: BoundedPool;
  private restsUntil = 0;
  private isOnTrial = true;

  constructor(options: pg.PoolConfig & { readonly maxWaiting: number }) {
    const { connectionTimeoutMillis = CONNECT_MS } = options;
    this.pool = new BoundedPool({
      ...options,
      connectionTimeoutMillis: Math.min(connectionTimeoutMillis, CONNECT_MS),
    });
    // An idle connection broke: the pool has dropped it already.
    this.pool.on('error', () => undefined);
  }

  get isWorthAsking(): boolean {
    return performance.now() >= this.restsUntil;
  }

  /** @returns null when it cannot show that it has everything up to the position, or fails in any way */
  async read<Row extends pg.QueryResultRow>(
    query: pg.QueryConfig,
    position: LogPosition,
  ): Promise<Row[] | null> {
    if (this.isOnTrial) this.restsUntil = performance.now() + TRIAL_MS;
    const rows = await this.ask<Row>(query, position).catch(() => null);
    this.isOnTrial = rows === null;
    this.restsUntil = rows === null ? performance.now() + REST_MS : 0;
    return rows;
  }

  private async ask<Row extends pg.QueryResultRow>(
    query: pg.QueryConfig,
    position: LogPosition,
  ): Promise<Row[] | null> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      // The same connection, hence the same server: behind one address there may be many.
      if (!(await hasReached(client, position))) return null;
      return (await client.query<Row>(query)).rows;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  }
}

interface Reached {
  readonly is_there: boolean | null;
  readonly timeline: number;
}

async function hasReached(client: pg.PoolClient, position: LogPosition): Promise<boolean> {
  const deadline = performance.now() + CATCH_UP_MS;
  for (;;) {
    const { rows } = await client.query<Reached>({ ...HAS_REACHED, values: [position.lsn] });
    const [reached] = rows;
    if (reached?.timeline !== position.timeline || reached.is_there === null) return false;
    if (reached.is_there) return true;
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
}
