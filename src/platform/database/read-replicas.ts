import type pg from 'pg';
import { Unavailable } from '../../kernel/errors.js';
import type { BoundedPool } from './bounded-pool.js';
import { isConnectionLoss, translateDatabaseError } from './database-errors.js';
import { ReadReplica, type LogPosition } from './read-replica.js';
import { SharedQuestion } from './shared-question.js';

/** `pg_walfile_name` begins with the timeline, in hexadecimal. */
const WHERE_IS_THE_PRIMARY = `SELECT lsn::text, ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::integer AS timeline
  FROM (SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END AS lsn) AS here`;

/**
 * Reads from streaming replicas what was acknowledged before, by whatever process: the primary says how far its log
 * is, and a replica answers once it has applied that much (ADR 64). Whatever a replica does not answer is for the
 * primary, which also does not have to wait for any replica when it writes.
 */
export class ReadReplicas {
  readonly counts = { replica: 0, primary: 0 };
  private readonly position: SharedQuestion<LogPosition>;
  private turn = 0;

  /** @param patienceMs how long the primary may take to say where it is */
  constructor(
    private readonly replicas: readonly ReadReplica[],
    private readonly primary: BoundedPool,
    private readonly patienceMs: number,
  ) {
    this.position = new SharedQuestion(() => this.ask());
  }

  /**
   * @returns null when the primary is to be asked
   * @throws Unavailable when the primary does not say how far its log is
   */
  async read<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[] | null> {
    const rows = await this.tryToRead<Row>(query);
    this.counts[rows === null ? 'primary' : 'replica'] += 1;
    return rows;
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map(({ pool }) => pool.end()));
  }

  private async tryToRead<Row extends pg.QueryResultRow>(
    query: pg.QueryConfig,
  ): Promise<Row[] | null> {
    if (!this.replicas.some(({ isWorthAsking }) => isWorthAsking)) return null;
    try {
      const position = await this.position.answer();
      return (await this.choose()?.read<Row>(query, position)) ?? null;
    } catch (error) {
      // A connection that was dead already: the primary itself may be well.
      if (isConnectionLoss(error)) return null;
      throw translateDatabaseError(error);
    }
  }

  private choose(): ReadReplica | undefined {
    const candidates = this.replicas.filter(({ isWorthAsking }) => isWorthAsking);
    this.turn += 1;
    return candidates[this.turn % candidates.length];
  }

  private async ask(): Promise<LogPosition> {
    const question = {
      name: 'primary-position',
      text: WHERE_IS_THE_PRIMARY,
      query_timeout: this.patienceMs,
    };
    const { rows } = await this.primary.query<{ lsn: string | null; timeline: number }>(question);
    const { lsn = null, timeline = 0 } = rows[0] ?? {};
    if (lsn === null) throw new Unavailable('The database is temporarily unavailable.');
    return { lsn, timeline };
  }
}
