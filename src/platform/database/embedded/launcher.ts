import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../../lifecycle/startup-error.js';

/** A way to run PostgreSQL's programs, which refuse to run as root. */
export interface Launcher {
  /** Programs put in front of the command; each replaces itself by the next, so the process id stays. */
  readonly prefix: readonly string[];
  readonly account?: Account;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Account = { uid: 0, gid: 0 };
const UNPRIVILEGED = /^(postgres|nobody):[^:]*:(\d+):(\d+):/gm;

/**
 * Chooses how to run `program` on the files in `directory`, and hands those files to the account it
 * will run under. An ordinary user runs it directly. Root either enters a user namespace, where it
 * is nobody in particular but still owns its files, or uses an unprivileged account; where that account
 * cannot reach the files (a home directory with mode 0700) it is lent the capability to pass.
 * @throws StartupError when nothing of this is allowed here
 */
export async function chooseLauncher(program: string, directory: string): Promise<Launcher> {
  if (process.getuid?.() !== ROOT.uid) return { prefix: [] };
  for (const launcher of launchersForRoot(statSync(directory))) {
    if (!succeeds(launcher, [program, '--version'])) continue;
    await giveTo(directory, launcher.account ?? ROOT);
    if (succeeds(launcher, ['test', '-w', directory])) return launcher;
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
    ...launcher.account,
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
  const options = { ...launcher.account, cwd: '/', env: ENVIRONMENT, stdio: 'ignore' } as const;
  return spawnSync(program, args, options).status === 0;
}

function launchersForRoot(owner: Account): Launcher[] {
  const isRoots = owner.uid === ROOT.uid;
  const namespace: Launcher[] = isRoots ? [{ prefix: ['unshare', '--user'] }] : [];
  const accounts = isRoots ? unprivilegedAccounts() : [{ uid: owner.uid, gid: owner.gid }];
  return [
    ...namespace,
    ...accounts.flatMap((account) => [{ prefix: [], account }, { prefix: passing(account) }]),
  ];
}

function unprivilegedAccounts(): Account[] {
  const matches = [...readFileSync('/etc/passwd', 'utf8').matchAll(UNPRIVILEGED)];
  return matches
    .toSorted(([, a = ''], [, b = '']) => b.localeCompare(a)) // postgres before nobody
    .map(([, , uid, gid]) => ({ uid: Number(uid), gid: Number(gid) }));
}

function passing({ uid, gid }: Account): string[] {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return ['setpriv', ...identity, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'];
}

async function giveTo(directory: string, account: Account): Promise<void> {
  if ((await stat(directory)).uid === account.uid) return;
  const entries = await readdir(directory, { recursive: true });
  const paths = [...entries.map((entry) => join(directory, entry)), directory];
  for (const path of paths) await lchown(path, account.uid, account.gid);
}
