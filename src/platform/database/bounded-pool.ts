import pg from 'pg';
import { Unavailable } from '../../kernel/errors.js';

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

  constructor({ maxWaiting, ...options }: pg.PoolConfig & { readonly maxWaiting: number }) {
    super(options);
    this.maxWaiting = maxWaiting;
  }

  get isFull(): boolean {
    return this.waitingCount >= this.maxWaiting;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: OnClient): void;
  override connect(callback?: OnClient): Promise<pg.PoolClient> | void {
    if (!this.isFull) return callback === undefined ? super.connect() : super.connect(callback);
    const error = new Unavailable('The service is busy.');
    if (callback === undefined) return Promise.reject(error);
    callback(error, undefined, () => undefined);
  }
}
