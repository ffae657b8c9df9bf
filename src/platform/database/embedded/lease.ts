import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../../lifecycle/startup-error.js';

/** What somebody needs the embedded server for. Any number of tools may share it with one service. */
export type Purpose = 'service' | 'tool';

/** Advisory locks in the maintenance database: everybody holds the first shared, the service the second. */
const IN_USE = 727_073_701;
const SERVICE = 727_073_702;
/** After a kill -9 the server needs a moment to notice that the holder's connection is gone. */
const ATTEMPTS = 30;
const RETRY_MS = 100;
/** SQLSTATEs of a CREATE DATABASE that lost against a concurrent one. */
const CREATED_MEANWHILE = new Set(['42P04', '23505']);

/**
 * The right to use a running embedded server, held by an open connection: when its process dies in
 * whatever way, the right is gone with it, so no stale lock file is ever left.
 */
export class Lease {
  /** Fulfilled when the server went away under the lease, or the lease was closed. */
  readonly ended: Promise<void>;

  private constructor(private readonly client: pg.Client) {
    this.ended = new Promise((resolve) => {
      client.once('end', resolve);
    });
  }

  /**
   * @throws StartupError when the purpose is `service` and another service holds the server
   * @throws the driver's error when the server does not accept connections
   */
  static async take(url: string, purpose: Purpose): Promise<Lease> {
    const client = new pg.Client({
      connectionString: maintenance(url),
      application_name: `image-catalog ${purpose} ${process.pid}`,
      connectionTimeoutMillis: 5000,
    });
    client.on('error', () => undefined); // seen as the end of the connection
    const lease = new Lease(client);
    await client.connect();
    try {
      await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
      if (purpose === 'service') await lease.becomeTheService();
      return lease;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** @returns whether nobody else uses the server; then nobody can begin to until {@link close} */
  async isLast(): Promise<boolean> {
    await this.client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE]);
    return this.tryLock(IN_USE);
  }

  async createDatabase(name: string): Promise<void> {
    const { rowCount } = await this.client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      name,
    ]);
    if (rowCount === 1) return;
    await this.client
      .query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
      .catch((error: unknown) => {
        if (!CREATED_MEANWHILE.has((error as pg.DatabaseError).code ?? '')) throw error;
      });
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined); // broken already: as good as closed
  }

  private async becomeTheService(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await this.tryLock(SERVICE)) return;
      await sleep(RETRY_MS);
    }
    throw new StartupError(
      `The data directory is in use by another running service${await this.holder()}.`,
    );
  }

  private async tryLock(key: number): Promise<boolean> {
    const { rows } = await this.client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [key],
    );
    return rows[0]?.locked === true;
  }

  private async holder(): Promise<string> {
    const { rows } = await this.client.query<{ name: string }>(
      `SELECT application_name AS name FROM pg_stat_activity JOIN pg_locks USING (pid)
       WHERE locktype = 'advisory' AND objid = $1 AND granted`,
      [SERVICE],
    );
    const pid = /\d+$/.exec(rows[0]?.name ?? '')?.[0];
    return pid === undefined ? '' : ` (process ${pid})`;
  }
}

function maintenance(url: string): string {
  const target = new URL(url);
  target.pathname = '/postgres';
  return target.href;
}
