import pg from 'pg';
import { loadConfig } from '../config/config.js';
import { StartupError } from '../lifecycle/startup-error.js';
import { translateDatabaseError } from './database-errors.js';
import { openDatabaseServer } from './database-server.js';
import { migrate, migrationsDirectory } from './migrate.js';

/** A connection of a tool's own. */
export type ToolClient = pg.Client;

export interface ToolOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Called when a server that DATABASE_URL names has to be waited for, with its host and port. */
  readonly onWaiting: (address: string) => void;
}

/**
 * Lends a tool the connection string of the catalog's database: of DATABASE_URL, else of the embedded server
 * under the data directory, which runs for the time of the work if the service does not. Migrations
 * are applied first.
 * @throws StartupError in one line for the operator
 */
export async function withDatabaseUrl<T>(
  { environment, onWaiting }: ToolOptions,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const config = loadConfig(environment);
  const server = await openDatabaseServer(config, { purpose: 'tool', onWaiting });
  try {
    if (config.database.migrate) await migrate(server.url, migrationsDirectory());
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/**
 * The same with a connection of its own, on which statements may take as long as they like.
 * @throws StartupError also with what the database says against the work itself
 */
export function withToolConnection<T>(
  options: ToolOptions,
  work: (client: ToolClient) => Promise<T>,
): Promise<T> {
  return withDatabaseUrl(options, async (url) => {
    const client = toolClient(url);
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      const { code, message } = error as pg.DatabaseError;
      if (!(error instanceof pg.DatabaseError)) throw translateDatabaseError(error);
      throw new StartupError(`The database refused (${code ?? 'no code'}): ${message}.`, {
        cause: error,
      });
    } finally {
      await client.end().catch(() => undefined); // never opened or lost: nothing to close
    }
  });
}

/** Not yet connected. Reads sizes as bigint, and dates in UTC. */
export function toolClient(url: string): ToolClient {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, BigInt);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'image-catalog tool',
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC',
    types,
  });
  // A connection that breaks between two statements: the next one fails and says so.
  client.on('error', () => undefined);
  return client;
}
