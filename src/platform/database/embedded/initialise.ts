import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StartupError } from '../../lifecycle/startup-error.js';
import type { Binaries } from './binaries.js';
import { ClusterDirectory, SUPERUSER } from './cluster-directory.js';
import { chooseLauncher, launch } from './launcher.js';

// Sorting and case rules come from the server itself, not from the locales this machine happens to have.
const LOCALE = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/**
 * Creates the database files, once. They are made beside their place and moved there when complete,
 * so an interrupted or a concurrent first start leaves nothing half-made.
 */
export async function initialise(cluster: ClusterDirectory, binaries: Binaries): Promise<void> {
  if (existsSync(cluster.passwordFile)) return;
  const parent = dirname(cluster.path);
  await mkdir(parent, { recursive: true });
  const draft = new ClusterDirectory(
    parent,
    basename(await mkdtemp(join(parent, `${basename(cluster.path)}.new-`))),
  );
  try {
    await create(draft, binaries);
    await rename(draft.path, cluster.path).catch((error: unknown) => {
      if (!existsSync(cluster.passwordFile)) throw error; // else a concurrent start was quicker
    });
  } finally {
    await rm(draft.path, { recursive: true, force: true });
  }
}

async function create(draft: ClusterDirectory, { initdb, postgres }: Binaries): Promise<void> {
  await writeFile(draft.passwordFile, `${randomBytes(24).toString('base64url')}\n`, {
    mode: 0o600,
  });
  const launcher = await chooseLauncher(postgres, draft.path);
  const log = await open(draft.log, 'w', 0o600);
  try {
    const access = [
      '--username',
      SUPERUSER,
      '--auth=scram-sha-256',
      '--pwfile',
      draft.passwordFile,
    ];
    const command = [
      initdb,
      '--pgdata',
      draft.data,
      ...access,
      '--encoding=UTF8',
      ...LOCALE,
    ] as const;
    const child = launch(launcher, command, log.fd);
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw initdbFailed(await readFile(draft.log, 'utf8'));
  } finally {
    await log.close();
  }
}

function initdbFailed(output: string): StartupError {
  const reason = output.split('\n').findLast((line) => line.includes('error:'));
  return new StartupError(
    `The embedded database could not be created: ${reason?.replace(/^.*error: /, '') ?? 'initdb failed'}.`,
    { cause: new Error(output) },
  );
}
