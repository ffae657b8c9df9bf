import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../../generated/prisma/client.js';
import { BoundedPool } from './bounded-pool.js';
import { ReadReplica } from './read-replica.js';
import { ReadReplicas } from './read-replicas.js';
import { observeStatements, type StatementObserver } from './observe-statements.js';
import { originAsText } from './change-origin.js';
import { GroupedWrites, LOCK_PATIENCE_MS } from './grouped-writes.js';
import { PipelinedConnection } from './pipelined-connection.js';
import { PreparedStatement } from './prepared-statement.js';
import { unlessLate } from './unless-late.js';
import { SharedQuestion } from './shared-question.js';
import type { GroupedStatement, NamedStatement, Statement } from './statement.js';
import { WriteConflict, isConnectionLoss, translateDatabaseError } from './database-errors.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Streaming replicas that reads may go to; none unless given. */
  readonly replicaUrls?: readonly string[];
  /** Connections to each server; two more to the primary are shared, by reads by key and by writes that go in groups. */
  readonly poolSize: number;
  /** How many may wait for a connection; 200 unless given. */
  readonly queueSize?: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

type TypeParser = (value: string) => unknown;

/** As PostgreSQL writes instants in the time zone of the session, which is UTC; years of four digits. */
const UTC_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;
const parseOther = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as TypeParser;

/** The form of ECMAScript is read many times faster than by a pattern that knows all forms. */
const parseInstant: TypeParser = (text) =>
  UTC_INSTANT.test(text)
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : parseOther(text);

/**
 * bigint columns (sizes) come back as bigint: a double cannot hold 2^63 - 1. Prisma has parsers of its own.
 * @param others parsers that differ from the usual ones, by type
 */
function typesWith(others: ReadonlyMap<number, TypeParser>) {
  const parsers = new Map<number, TypeParser>([
    [pg.types.builtins.INT8, BigInt],
    [pg.types.builtins.TIMESTAMPTZ, parseInstant],
    ...others,
  ]);
  const getTypeParser = ((oid, format) =>
    parsers.get(oid) ??
    (pg.types.getTypeParser(oid, format) as TypeParser)) as typeof pg.types.getTypeParser;
  return { getTypeParser };
}

/**
 * The transactions that a statement sees, and since when the server runs. Two servers, or one before and after it lost what
 * it had not made durable, may give the same numbers to different transactions.
 */
const SNAPSHOT: NamedStatement = {
  name: 'snapshot',
  text: `SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time() AS snapshot`,
  values: [],
};
/** Who waits longer for a snapshot does better to read. */
const SNAPSHOT_PATIENCE_MS = 500;

const PARSED = typesWith(new Map());
const JSON_AS_TEXT = typesWith(new Map([[pg.types.builtins.JSONB, (text: string) => text]]));

/**
 * The one way to the database: a bounded pool shared by Prisma (schema, ordinary writes) and by
 * prepared statements (hot reads). Waiting for a connection is bounded in time; a server that does
 * not answer shows as `Unavailable`, and the pool recovers by itself when it is back.
 */
export class Database {
  readonly pool: BoundedPool;
  readonly prisma: PrismaClient;
  /** Null when there are none. */
  readonly replicas: ReadReplicas | null;
  private readonly readsByKey: PipelinedConnection;
  private readonly groupedWrites: GroupedWrites;
  private readonly currentSnapshot = new SharedQuestion(() => this.askSnapshot());
  private readonly observers: StatementObserver[] = [];

  constructor(options: DatabaseOptions) {
    const own = poolOptions(options, options.url);
    const observed = (client: pg.Client): void => {
      for (const observer of this.observers) observeStatements(client, observer);
    };
    this.pool = new BoundedPool(own);
    this.pool.on('connect', observed);
    this.readsByKey = new PipelinedConnection(own, observed);
    const impatient = { ...own, options: `${SESSION} -c lock_timeout=${LOCK_PATIENCE_MS}` };
    this.groupedWrites = new GroupedWrites(
      new PipelinedConnection(impatient, observed),
      prepared,
      (statement) => this.run(statement),
    );
    this.replicas = readReplicas(options, this.pool);
    // An idle connection broke: the pool has dropped it already, the next caller gets a new one.
    this.pool.on('error', () => undefined);
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool),
      // Its own limits are shorter than ours, and end transactions that only waited for a busy machine.
      transactionOptions: {
        maxWait: options.connectTimeoutMs,
        timeout: 2 * options.statementTimeoutMs,
      },
    });
  }

  /**
   * Runs a statement that changes nothing. Repeated once, on a new connection, when its own proves dead.
   * @throws Unavailable when the database does not answer
   */
  async read<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return this.repeatOnLoss(statement, () => this.run<Row>(statement));
  }

  /**
   * As {@link read}, from a replica that has everything that was committed before the call, where there is one.
   * May show what is being committed at that moment a little before the primary does.
   */
  async readAnywhere<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const rows = this.replicas && (await this.replicas.read<Row>(queryOf(statement)));
    return rows ?? this.read<Row>(statement);
  }

  /** As {@link readAnywhere}, of one row by its key: such reads share a connection and do not wait for each other. */
  async readByKey<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row | null> {
    const copied = this.replicas && (await this.replicas.read<Row>(queryOf(statement)));
    const rows =
      copied ?? (await this.repeatOnLoss(statement, () => this.runPipelined<Row>(statement)));
    return rows[0] ?? null;
  }

  /**
   * Names what the primary shows at a moment after the call: as long as two such names are equal, every read between them
   * found the same, whatever it read (ADR 85). Those who ask at the same time share an answer.
   * @returns null when nobody can tell, or when reads may go to other servers
   */
  snapshot(): Promise<string | null> {
    return this.replicas === null ? this.currentSnapshot.answer() : Promise.resolve(null);
  }

  /**
   * Runs Prisma calls with database errors translated. `work` is repeated after a serialization failure or
   * deadlock, which undid it.
   * @throws Unavailable when the database does not answer
   * @throws UniqueViolation and WriteConflict for what the caller can act on
   */
  async write<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    return repeatOnConflict(() => work(this.prisma));
  }

  /** As {@link write}, of what the audit records: one transaction that says who asked. */
  async change<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.write((prisma) =>
      prisma.$transaction(async (transaction) => {
        await transaction.$executeRaw`SELECT set_config('catalog.origin', ${originAsText()}, true)`;
        return work(transaction);
      }),
    );
  }

  /** Runs one prepared statement that writes; errors as in {@link write}. Never repeated on a lost connection. */
  async execute<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return repeatOnConflict(() => this.run<Row>(statement));
  }

  /** As {@link execute}, committed together with others of its kind that come at the same time (ADR 83). */
  async executeGrouped<Row extends pg.QueryResultRow>(statement: GroupedStatement): Promise<Row[]> {
    return repeatOnConflict(() => this.groupedWrites.run(statement) as Promise<Row[]>);
  }

  /** As many requests wait for a connection as may: more would be refused. */
  get isBusy(): boolean {
    return this.pool.isFull;
  }

  /** From now on the observer hears of the statements on every new connection. */
  observe(observer: StatementObserver): void {
    this.observers.push(observer);
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.replicas?.close();
    await this.readsByKey.close();
    await this.groupedWrites.close();
    if (!this.pool.ended) await this.pool.end();
  }

  /** Once more, on a new connection, when the first one proves dead: for reads, which may be done twice. */
  private async repeatOnLoss<Row extends pg.QueryResultRow>(
    statement: Statement,
    read: () => Promise<Row[]>,
  ): Promise<Row[]> {
    try {
      return await read();
    } catch (error) {
      if (!isConnectionLoss(error)) throw translateDatabaseError(error);
    }
    return this.pool.queryAfresh<Row>(queryOf(statement)).catch((error: unknown) => {
      throw translateDatabaseError(error);
    });
  }

  private async run<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const query = isNamed(statement) ? prepared(statement) : queryOf(statement);
    return (await this.pool.query<Row>(query as pg.QueryConfig)).rows;
  }

  private async askSnapshot(): Promise<string | null> {
    if (!this.readsByKey.hasRoomFor(1)) return null;
    const { session } = this.readsByKey;
    const answer = this.readsByKey.sendAtOnce(prepared(SNAPSHOT)) as Promise<
      { snapshot: string }[]
    >;
    // Whoever reads instead learns the reason.
    const rows = await unlessLate(
      answer.catch(() => null),
      SNAPSHOT_PATIENCE_MS,
    );
    const [row] = rows ?? [];
    return row === undefined ? null : `${session} ${row.snapshot}`;
  }

  private runPipelined<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[]> {
    return this.readsByKey.hasRoomFor(1)
      ? (this.readsByKey.send(prepared(statement)) as Promise<Row[]>)
      : this.run<Row>(statement);
  }
}

const isNamed = (statement: Statement): statement is NamedStatement => statement.name !== undefined;

const prepared = (statement: NamedStatement): PreparedStatement =>
  new PreparedStatement(statement.name, statement.text, statement.values, typesOf(statement));

function queryOf(statement: Statement): pg.QueryConfig {
  const { name, text, values } = statement;
  const query = { text, values: values as unknown[], types: typesOf(statement) };
  return name === undefined ? query : { ...query, name };
}

const typesOf = ({ jsonAsText }: Statement) => (jsonAsText ? JSON_AS_TEXT : PARSED);

/** What is asked for often is in memory: reading it in the order of an index is no dearer than in any other. */
const SESSION = '-c timezone=UTC -c random_page_cost=1.1';

const DEFAULT_QUEUE_SIZE = 200;

const poolOptions = (options: DatabaseOptions, url: string) => ({
  maxWaiting: options.queueSize ?? DEFAULT_QUEUE_SIZE,
  connectionString: url,
  max: options.poolSize,
  connectionTimeoutMillis: options.connectTimeoutMs,
  statement_timeout: options.statementTimeoutMs,
  query_timeout: options.statementTimeoutMs + 500,
  idleTimeoutMillis: 30_000,
  application_name: 'image-catalog',
  options: SESSION,
});

function readReplicas(options: DatabaseOptions, primary: BoundedPool): ReadReplicas | null {
  const { replicaUrls = [], statementTimeoutMs } = options;
  if (replicaUrls.length === 0) return null;
  // What a replica does not answer in half the time is answered by the primary in the other.
  const patienceMs = statementTimeoutMs / 2;
  const limits = { statement_timeout: patienceMs, query_timeout: patienceMs };
  const replicas = replicaUrls.map(
    (url) => new ReadReplica({ ...poolOptions(options, url), ...limits }),
  );
  return new ReadReplicas(replicas, primary, patienceMs);
}

const MAX_TRIES = 5;
const MAX_PAUSE_MS = 25;

async function repeatOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const translated = translateDatabaseError(error);
      if (!(translated instanceof WriteConflict) || tries >= MAX_TRIES) throw translated;
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
  }
}
