import { resolve } from 'node:path';
import { withToolConnection, type ToolClient } from '../platform/database/tool-connection.js';
import type { Terminal } from './command.js';

/** Works on the catalog's database, whether or not the service is running. */
export function withCatalog<T>(
  { environment, stderr }: Terminal,
  work: (client: ToolClient) => Promise<T>,
): Promise<T> {
  const onWaiting = (address: string): void => {
    stderr.write(`Waiting for the database at ${address}.\n`);
  };
  return withToolConnection({ environment, onWaiting }, work);
}

/** Where a file argument is: npm runs scripts in the package and says where the user was. */
export const resolvePath = (path: string, { environment }: Terminal): string =>
  resolve(environment['INIT_CWD'] ?? '.', path);
