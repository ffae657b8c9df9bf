import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartupError } from './lifecycle/startup-error.js';

/**
 * Creates the directory that everything local lives in, if it is missing.
 * @returns its absolute path
 * @throws StartupError when it cannot be created or written to
 */
export async function prepareDataDirectory(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await mkdir(absolute, { recursive: true });
    await rmdir(await mkdtemp(join(absolute, '.writable-')));
    return absolute;
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new StartupError(
      `The data directory ${absolute} is not writable (${code}): set CATALOG_DATA_DIR to one that is.`,
      { cause },
    );
  }
}
