import type { Config } from '../config/config.js';
import { prepareDataDirectory } from '../data-directory.js';
import { displayPath } from '../lifecycle/display-path.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import type { Purpose } from './embedded/lease.js';
import { waitForDatabase } from './wait-for-database.js';

/** The PostgreSQL server that this process works with. */
export interface DatabaseServer {
  /** Connection string with the password in it: never print it. */
  readonly url: string;
  /** Where it is, fit to be shown. */
  readonly description: string;
  /** Ends this process's use of it. An embedded server that nobody else uses is stopped. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** A `service` has the embedded server to itself, apart from any number of `tool`s. */
  readonly purpose: Purpose;
  readonly signal?: AbortSignal;
  /** Called when a server that DATABASE_URL names has to be waited for. */
  readonly onWaiting?: (address: string) => void;
}

/** The connections of a process for reads by key and for writes that go in groups. */
const PIPELINED = 2;
/** Connections beyond those of the processes: migrations, the lease, tools that run beside the service. */
const SPARE_CONNECTIONS = 50;

/**
 * Makes a server available: the one that DATABASE_URL names, as soon as it answers, else the embedded
 * server of the data directory, which is started unless it is running already.
 * @throws StartupError in one line for the operator
 */
export async function openDatabaseServer(
  config: Config,
  { purpose, signal = new AbortController().signal, onWaiting = () => undefined }: OpenOptions,
): Promise<DatabaseServer> {
  const { url, startupTimeoutSeconds: timeoutSeconds, poolSize } = config.database;
  if (url !== null) {
    await waitForDatabase(url, { timeoutSeconds, signal, onWaiting });
    return { url, description: new URL(url).host, stop: () => Promise.resolve() };
  }
  const dataDir = await prepareDataDirectory(config.dataDir);
  const maxConnections = (poolSize + PIPELINED) * config.http.workers + SPARE_CONNECTIONS;
  const embedded = await EmbeddedPostgres.start(dataDir, { purpose, maxConnections });
  return {
    get url() {
      return embedded.url;
    },
    description: `embedded PostgreSQL in ${displayPath(dataDir)}`,
    stop: () => embedded.stop(),
  };
}
