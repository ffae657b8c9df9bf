import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const SUPERUSER = 'catalog';
export const DATABASE = 'catalog';

/** Where one embedded database lives: everything below `<data directory>/postgres`. */
export class ClusterDirectory {
  readonly path: string;

  constructor(dataDir: string, name = 'postgres') {
    this.path = join(resolve(dataDir), name);
  }

  /** PostgreSQL's own data directory. */
  get data(): string {
    return join(this.path, 'data');
  }

  /** Mode 0600: the superuser's password, generated when the database was created. */
  get passwordFile(): string {
    return join(this.path, 'password');
  }

  /** What the server printed since it was started last. */
  get log(): string {
    return join(this.path, 'server.log');
  }

  async url(port: number): Promise<string> {
    const password = (await readFile(this.passwordFile, 'utf8')).trim();
    return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  }
}
