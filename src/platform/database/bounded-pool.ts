import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import { Overloaded } from '../../kernel/errors.js';
import { activeSpan } from '../observability/tracing/active-span.js';

type Release = (error?: Error | boolean) => void;
type OnClient = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: Release,
) => void;

/**
 * A pool in front of which only so many may wait. Whoever comes later is refused at once: waiting longer than
 * a client has patience for makes the service do work that nobody wants any more.
 */
export class BoundedPool extends pg.Pool {
  private readonly maxWaiting: number;
  private readonly connectedAt = new WeakMap<pg.PoolClient, number>();
  private refused = 0;

  constructor({ maxWaiting, ...options }: pg.PoolConfig & { readonly maxWaiting: number }) {
    super(options);
    this.maxWaiting = maxWaiting;
    // The pool hears of a break only while a connection is idle. Whoever has it learns it from the next statement; in
    // the moment before the first one nobody listens, and an error that nobody hears ends the process.
    this.on('connect', (client) => {
      this.connectedAt.set(client, performance.now());
      client.on('error', () => undefined);
    });
  }

  get isFull(): boolean {
    return this.waitingCount >= this.maxWaiting;
  }

  /** How many were refused since the start. */
  get refusedCount(): number {
    return this.refused;
  }

  /**
   * As `query`, on a connection that is made after the call: to ask again when one was lost. Whatever ended that one
   * may have ended all there were, and each shows it only when it is used. Those that are in the way are closed.
   */
  async queryAfresh<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<Row[]> {
    const calledAt = performance.now();
    let client = await this.connect();
    while ((this.connectedAt.get(client) ?? 0) < calledAt) {
      client.release(true);
      client = await this.connect();
    }
    try {
      const { rows } = await client.query<Row>(query);
      client.release();
      return rows;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: OnClient): void;
  override connect(callback?: OnClient): Promise<pg.PoolClient> | void {
    if (!this.isFull) {
      return callback === undefined ? super.connect() : super.connect(forCaller(callback));
    }
    this.refused += 1;
    const error = new Overloaded();
    if (callback === undefined) return Promise.reject(error);
    callback(error, undefined, () => undefined);
  }
}

/** Whoever gives a connection back calls the next one who waits: without this its trace would get the statements. */
const forCaller = (callback: OnClient): OnClient =>
  activeSpan() === undefined ? callback : AsyncResource.bind(callback);
