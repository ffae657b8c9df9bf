import { resolve } from 'node:path';
import { withToolConnection, type ToolClient } from '../platform/database/tool-connection.js';
import type { Terminal } from './command.js';

/** Works on the catalog's database, whether or not the service is running. */
export function withCatalog<T>(
  terminal: Terminal,
  work: (client: ToolClient) => Promise<T>,
): Promise<T> {
  const { environment } = terminal;
  return withToolConnection({ environment, onWaiting: onWaiting(terminal) }, work);
}

/** Says that the database has to be waited for. */
export const onWaiting =
  ({ stderr }: Terminal) =>
  (address: string): void => {
    stderr.write(`Waiting for the database at ${address}.\n`);
  };

/** Where a file argument is: npm runs scripts in the package and says where the user was. */
export const resolvePath = (path: string, { environment }: Terminal): string =>
  resolve(environment['INIT_CWD'] ?? '.', path);
