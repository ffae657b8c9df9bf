import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../../lifecycle/startup-error.js';
import { findBinaries } from './binaries.js';
import { bringUp, type RunningServer } from './bring-up.js';
import type { Cluster } from './cluster.js';
import { ClusterDirectory, DATABASE } from './cluster-directory.js';
import { initialise } from './initialise.js';
import { Lease, type Purpose } from './lease.js';
import { keepAtExit, stopAtExit, stopPostmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** A service has the data directory to itself; tools share it with the service and each other. */
  readonly purpose: Purpose;
  readonly maxConnections?: number;
  /** False gives up safety against a crash of the machine for speed; for tests. */
  readonly durable?: boolean;
}

const MAX_CONNECTIONS = 100;
const JOIN_ATTEMPTS = 5;
const RETRY_MS = 500;

interface Joined {
  readonly server: RunningServer;
  readonly lease: Lease;
}

/**
 * A real PostgreSQL server under the data directory, for development, trials and small installations.
 * Listens on 127.0.0.1 only, with a generated password. It lives as long as somebody uses it: the last
 * one to stop, service or tool, takes it down; a service restarts it when it dies.
 */
export class EmbeddedPostgres {
  private stopping = false;
  /** Bringing the server back after it died: done at all other times. */
  private comingBack: Promise<void> = Promise.resolve();

  private constructor(
    private readonly cluster: Cluster,
    private readonly purpose: Purpose,
    private joined: Joined,
  ) {}

  /**
   * Finds the server of this data directory running, or creates and starts it.
   * @throws StartupError in one line: not installed, not allowed, in use, or the server's own reason
   */
  static async start(dataDir: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { purpose, maxConnections = MAX_CONNECTIONS, durable = true } = options;
    const directory = new ClusterDirectory(dataDir);
    const binaries = await findBinaries();
    const cluster = { directory, binaries, settings: { maxConnections, durable } };
    await initialise(cluster);
    const joined = await join(cluster, purpose);
    const embedded = new EmbeddedPostgres(cluster, purpose, joined);
    try {
      await joined.lease.createDatabase(DATABASE);
    } catch (error) {
      await embedded.stop();
      throw error;
    }
    if (purpose === 'service') void embedded.supervise();
    return embedded;
  }

  /** Connection string with the password in it: never print it. */
  get url(): string {
    return this.joined.server.url;
  }

  /** Ends this use of the server and, unless somebody else still uses it, the server. */
  async stop(): Promise<void> {
    this.stopping = true;
    // A server that is just coming back is ours to stop, too.
    await this.comingBack;
    const { server, lease } = this.joined;
    const isLast = await lease.isLast().catch(() => true); // a broken lease: the server is ill
    if (isLast) await stopPostmaster(server.pid);
    keepAtExit(server.pid);
    await lease.close();
  }

  /** Brings the server back under the same address when it dies, so that the service recovers. */
  private async supervise(): Promise<void> {
    for (;;) {
      await this.joined.lease.ended;
      if (this.stopping) return;
      this.comingBack = this.rejoin();
      await this.comingBack;
    }
  }

  private async rejoin(): Promise<void> {
    const { server } = this.joined;
    keepAtExit(server.pid);
    try {
      this.joined = await join(this.cluster, this.purpose, server.port);
    } catch {
      await sleep(RETRY_MS); // tried again until it works; requests are answered with 503 meanwhile
    }
  }
}

/** A server that is just being stopped by its last user ends the lease at birth: then start anew. */
async function join(cluster: Cluster, purpose: Purpose, port?: number): Promise<Joined> {
  let cause: unknown;
  for (let attempt = 0; attempt < JOIN_ATTEMPTS; attempt += 1) {
    const server = await bringUp(cluster, port);
    try {
      const lease = await Lease.take(server.url, purpose);
      if (purpose === 'service') stopAtExit(server.pid);
      return { server, lease };
    } catch (error) {
      if (error instanceof StartupError) throw error;
      cause = error;
    }
  }
  throw new StartupError('The embedded database does not keep its connections.', { cause });
}
