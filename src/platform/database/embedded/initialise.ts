import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StartupError } from '../../lifecycle/startup-error.js';
import type { Cluster } from './cluster.js';
import { ClusterDirectory, SUPERUSER } from './cluster-directory.js';
import { chooseLauncher, launch } from './launcher.js';
import { keepAtExit, stopAtExit } from './postmaster.js';

const OPTIONS = [
  '--username',
  SUPERUSER,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // Sorting and case rules come from the server itself, not from the locales this machine happens to have.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/**
 * Creates the database files, once. They are made beside their place and moved there when complete,
 * so an interrupted or a concurrent first start leaves nothing half-made.
 */
export async function initialise(cluster: Cluster): Promise<void> {
  const { directory } = cluster;
  if (await isInitialised(directory)) return;
  const parent = dirname(directory.path);
  await mkdir(parent, { recursive: true });
  const draft = new ClusterDirectory(
    parent,
    basename(await mkdtemp(join(parent, `${basename(directory.path)}.new-`))),
  );
  try {
    await create(draft, cluster);
    await rename(draft.path, directory.path).catch((error: unknown) => {
      if (!existsSync(directory.passwordFile)) throw error; // else a concurrent start was quicker
    });
  } finally {
    await rm(draft.path, { recursive: true, force: true });
  }
}

async function isInitialised({ path, passwordFile }: ClusterDirectory): Promise<boolean> {
  try {
    await access(passwordFile, constants.R_OK);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new StartupError(
      `The embedded database in ${path} belongs to another account: start the service as that one.`,
      { cause },
    );
  }
}

async function create(draft: ClusterDirectory, { binaries, settings }: Cluster): Promise<void> {
  const { initdb, postgres } = binaries;
  await writeFile(draft.passwordFile, `${randomBytes(24).toString('base64url')}\n`, {
    mode: 0o600,
  });
  const launcher = await chooseLauncher(postgres, draft);
  const log = await open(draft.log, 'w', 0o600);
  try {
    const options = [...OPTIONS, '--pgdata', draft.data, '--pwfile', draft.passwordFile];
    const speed = settings.durable ? [] : ['--no-sync'];
    const command = [initdb, ...options, ...speed] as const;
    const child = launch(launcher, command, log.fd);
    if (child.pid !== undefined) stopAtExit(child.pid);
    const [status] = (await once(child, 'exit')) as [number | null];
    if (child.pid !== undefined) keepAtExit(child.pid);
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
