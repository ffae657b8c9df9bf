import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import { isConnectionLoss, translateDatabaseError } from './database-errors.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** A prepared statement: `name` identifies `text` on every connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

// bigint columns (sizes) come back as bigint: a double cannot hold 2^63 - 1.
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

/**
 * The one way to the database: a bounded pool shared by Prisma (schema, ordinary writes) and by
 * prepared statements (hot reads). Waiting for a connection is bounded in time; a server that does
 * not answer shows as `Unavailable`, and the pool recovers by itself when it is back.
 */
export class Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;

  constructor(options: DatabaseOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      connectionTimeoutMillis: options.connectTimeoutMs,
      statement_timeout: options.statementTimeoutMs,
      query_timeout: options.statementTimeoutMs + 500,
      idleTimeoutMillis: 30_000,
      application_name: 'image-catalog',
      options: '-c timezone=UTC',
    });
    // An idle connection broke: the pool has dropped it already, the next caller gets a new one.
    this.pool.on('error', () => undefined);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  /**
   * Runs a statement that changes nothing. Repeated once when its connection proves dead.
   * @throws Unavailable when the database does not answer
   */
  async read<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    try {
      return await this.run<Row>(statement);
    } catch (error) {
      if (!isConnectionLoss(error)) throw translateDatabaseError(error);
    }
    return this.run<Row>(statement).catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
  }

  /**
   * Runs Prisma calls with database errors translated.
   * @throws Unavailable when the database does not answer
   * @throws UniqueViolation and WriteConflict for what the caller can act on
   */
  async write<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    try {
      return await work(this.prisma);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    if (!this.pool.ended) await this.pool.end();
  }

  private async run<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const { name, text, values } = statement;
    const result = await this.pool.query<Row>({ name, text, values: [...values] });
    return result.rows;
  }
}
