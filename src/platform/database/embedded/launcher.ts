import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../../lifecycle/startup-error.js';
import type { ClusterDirectory } from './cluster-directory.js';

/** A way to run PostgreSQL's programs, which refuse to run as root. */
export interface Launcher {
  /** Programs put in front of the command; each replaces itself by the next, so the process id stays. */
  readonly prefix: readonly string[];
  /** The account to start the first program as; undefined keeps the service's own. */
  readonly startAs?: Account;
}

/** What root may try; the files then belong to `owner`. */
interface Candidate extends Launcher {
  readonly owner: Account;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Account = { uid: 0, gid: 0 };
const UNPRIVILEGED = /^(postgres|nobody):[^:]*:(\d+):(\d+):/gm;

/**
 * Chooses how to run `program` on these files, and hands those files to the account it
 * will run under. An ordinary user runs it directly. Root either enters a user namespace, where it
 * is nobody in particular but still owns its files, or uses an unprivileged account; where that account
 * cannot reach the files (a home directory with mode 0700) it is lent the capability to pass.
 * @throws StartupError when nothing of this is allowed here
 */
export async function chooseLauncher(program: string, files: ClusterDirectory): Promise<Launcher> {
  if (process.getuid?.() !== ROOT.uid) return { prefix: [] };
  for (const candidate of candidatesForRoot(await stat(files.path))) {
    if (!succeeds(candidate, [program, '--version'])) continue;
    await giveTo(files.path, candidate.owner);
    if (succeeds(candidate, ['cat', files.passwordFile])) return candidate;
  }
  throw new StartupError(
    'PostgreSQL refuses to run as root and no other account can be used here: start the service as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * Starts a program in a session of its own, so that a Ctrl-C in the terminal reaches the service and
 * not the database under it. What it prints goes to the file descriptor `output`.
 */
export function launch(
  launcher: Launcher,
  [first, ...rest]: readonly [string, ...string[]],
  output: number,
): ChildProcess {
  const [program = first, ...args] = [...launcher.prefix, first, ...rest];
  return spawn(program, args, {
    ...launcher.startAs,
    cwd: '/',
    env: ENVIRONMENT,
    detached: true,
    stdio: ['ignore', output, output],
  });
}

// The caller's PG* and LC_* variables must not change what the server does.
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

function succeeds(launcher: Launcher, command: readonly [string, ...string[]]): boolean {
  const [program = command[0], ...args] = [...launcher.prefix, ...command];
  const options = { ...launcher.startAs, cwd: '/', env: ENVIRONMENT, stdio: 'ignore' } as const;
  return spawnSync(program, args, options).status === 0;
}

/** Files that belong to somebody stay theirs; root's own may go to an unprivileged account. */
function candidatesForRoot({ uid, gid }: Account): Candidate[] {
  if (uid !== ROOT.uid) return underAccount({ uid, gid });
  const inNamespace = { prefix: ['unshare', '--user'], owner: ROOT };
  return [inNamespace, ...unprivilegedAccounts().flatMap(underAccount)];
}

function underAccount(account: Account): Candidate[] {
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const mayPass = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return [
    { prefix: [], startAs: account, owner: account },
    { prefix: ['setpriv', ...identity, ...mayPass, '--'], owner: account },
  ];
}

function unprivilegedAccounts(): Account[] {
  const matches = [...readFileSync('/etc/passwd', 'utf8').matchAll(UNPRIVILEGED)];
  return matches
    .toSorted(([, a = ''], [, b = '']) => b.localeCompare(a)) // postgres before nobody
    .map(([, , uid, gid]) => ({ uid: Number(uid), gid: Number(gid) }));
}

async function giveTo(directory: string, account: Account): Promise<void> {
  if ((await stat(directory)).uid === account.uid) return;
  const entries = await readdir(directory, { recursive: true });
  const paths = [...entries.map((entry) => join(directory, entry)), directory];
  for (const path of paths) await lchown(path, account.uid, account.gid);
}
