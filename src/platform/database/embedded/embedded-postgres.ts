import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.js';
import { bringUp, type Cluster, type RunningServer } from './bring-up.js';
import { ClusterDirectory, DATABASE } from './cluster-directory.js';
import { initialise } from './initialise.js';
import { Lease, type Purpose } from './lease.js';
import { sendSignal, stopPostmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** A service has the data directory to itself; tools share it with the service and each other. */
  readonly purpose: Purpose;
  readonly maxConnections?: number;
  /** False gives up safety against a crash of the machine for speed; for tests. */
  readonly durable?: boolean;
}

const MAX_CONNECTIONS = 100;
const RETRY_MS = 500;

/**
 * A real PostgreSQL server under the data directory, for development, trials and small installations.
 * Listens on 127.0.0.1 only, with a generated password. It lives as long as somebody uses it: the last
 * one to stop, service or tool, takes it down; a service restarts it when it dies.
 */
export class EmbeddedPostgres {
  private stopping = false;
  private readonly stopAtExit = (): void => {
    sendSignal(this.server.pid, 'SIGINT');
  };

  private constructor(
    private readonly cluster: Cluster,
    private readonly purpose: Purpose,
    private server: RunningServer,
    private lease: Lease,
  ) {}

  /**
   * Finds the server of this data directory running, or creates and starts it.
   * @throws StartupError in one line: not installed, not allowed, in use, or the server's own reason
   */
  static async start(dataDir: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { purpose, maxConnections = MAX_CONNECTIONS, durable = true } = options;
    const directory = new ClusterDirectory(dataDir);
    const binaries = await findBinaries();
    await initialise(directory, binaries);
    const cluster = { directory, binaries, settings: { maxConnections, durable } };
    const server = await bringUp(cluster);
    const lease = await Lease.take(server.url, purpose);
    const embedded = new EmbeddedPostgres(cluster, purpose, server, lease);
    if (purpose === 'service' || server.started) process.once('exit', embedded.stopAtExit);
    if (purpose === 'service') void embedded.supervise();
    await lease.createDatabase(DATABASE);
    return embedded;
  }

  /** Connection string with the password in it: never print it. */
  get url(): string {
    return this.server.url;
  }

  /** Ends this use of the server and, unless somebody else still uses it, the server. */
  async stop(): Promise<void> {
    this.stopping = true;
    process.off('exit', this.stopAtExit);
    const isLast = await this.lease.isLast().catch(() => true); // a broken lease: the server is ill
    if (isLast) await stopPostmaster(this.server.pid);
    await this.lease.close();
  }

  /** Brings the server back under the same address when it dies, so that the service recovers. */
  private async supervise(): Promise<void> {
    for (;;) {
      await this.lease.ended;
      if (this.stopping) return;
      try {
        this.server = await bringUp(this.cluster, this.server.port);
        this.lease = await Lease.take(this.server.url, this.purpose);
      } catch {
        await sleep(RETRY_MS); // requests are answered with 503 meanwhile
      }
    }
  }
}
