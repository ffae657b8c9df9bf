import pg from 'pg';
import { isConnectionLoss } from './database-errors.js';
import type { PreparedStatement } from './prepared-statement.js';

/** More than so many on their way wait longer for each other than for a connection of the pool. */
const MAX_IN_FLIGHT = 64;
/** How long a server may take to let go of a connection. */
const GOODBYE_MS = 1000;
/** A connection that nobody uses is not kept: what lies between it and the server may forget it without a word. */
const IDLE_MS = 30_000;
/** How long nobody tries again after the connection broke or could not be made. */
const REST_MS = 1000;

/**
 * One connection for statements that take the server next to no time: each is sent without waiting for the answers to
 * those before it, and all that are asked for in one turn of the event loop leave in one write (ADR 69, ADR 83). A help, not a
 * need: while there is no connection, or too much on its way ({@link hasRoomFor}), the pool is to be asked.
 */
export class PipelinedConnection {
  /** Counts the connections that were made, one after the other. */
  session = 0;
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private isClosed = false;
  private restsUntil = 0;
  private inFlight = 0;
  private sent = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private isGathering = false;

  /** @param onConnect told of each new connection before it is used */
  constructor(
    private readonly config: pg.ClientConfig,
    private readonly onConnect: (client: pg.Client) => void,
    private readonly idleMs = IDLE_MS,
  ) {}

  /** Whether so many statements may be sent now; where there is no connection yet, one is being made. */
  hasRoomFor(statements: number): boolean {
    if (this.client === null) this.connect();
    return this.client !== null && this.inFlight + statements <= MAX_IN_FLIGHT;
  }

  /** Only where there is room. */
  send(statement: PreparedStatement): Promise<unknown[]> {
    const client = this.connected();
    this.gather(client);
    return this.query(client, statement);
  }

  /** As {@link send}, without waiting for what else is asked for in this turn. */
  sendAtOnce(statement: PreparedStatement): Promise<unknown[]> {
    const client = this.connected();
    const { stream } = client.connection;
    if (this.isGathering) stream.uncork();
    const answer = this.query(client, statement);
    if (this.isGathering) stream.cork();
    return answer;
  }

  private connected(): pg.Client {
    if (this.client === null) throw new Error('There is no connection.');
    return this.client;
  }

  private query(client: pg.Client, statement: PreparedStatement): Promise<unknown[]> {
    this.inFlight += 1;
    this.sent += 1;
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, result?: { readonly rows: unknown[] }): void => {
        this.inFlight -= 1;
        if (error === null) resolve(result?.rows ?? []);
        else {
          // Whatever the server did not say leaves unknown what it will say next.
          if (isConnectionLoss(error) || !(error instanceof pg.DatabaseError)) this.drop(client);
          reject(error);
        }
      };
      void client.query(statement as never, done as never);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.connecting;
    await this.leave();
  }

  private async leave(): Promise<void> {
    clearInterval(this.idleTimer);
    const { client } = this;
    this.client = null;
    if (client === null) return;
    const { stream } = client.connection;
    const impatience = setTimeout(() => stream.destroy(), GOODBYE_MS);
    await client.end();
    clearTimeout(impatience);
  }

  /** What is sent from now until the end of this turn of the event loop leaves together. */
  private gather({ connection: { stream } }: pg.Client): void {
    if (this.isGathering) return;
    this.isGathering = true;
    stream.cork();
    setImmediate(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }

  private connect(): void {
    if (this.isClosed || this.connecting !== null || performance.now() < this.restsUntil) return;
    this.connecting = this.open().finally(() => (this.connecting = null));
  }

  private async open(): Promise<void> {
    const client = new pg.Client({ ...this.config, pipeline: true });
    client.on('error', () => {
      this.drop(client);
    });
    try {
      await client.connect();
      this.onConnect(client);
      this.client = client;
      this.session += 1;
      this.leaveWhenIdle();
    } catch {
      // Whoever asks the pool learns the reason.
      this.drop(client);
    }
  }

  private leaveWhenIdle(): void {
    let seen = this.sent;
    this.idleTimer = setInterval(() => {
      if (this.sent === seen && this.inFlight === 0) void this.leave();
      seen = this.sent;
    }, this.idleMs).unref();
  }

  /** What is still on its way fails, as on a connection that was lost. */
  private drop(client: pg.Client): void {
    if (this.client === client) {
      this.client = null;
      clearInterval(this.idleTimer);
    }
    this.restsUntil = performance.now() + REST_MS;
    client.connection.stream.destroy();
  }
}
