import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartupError } from '../../lifecycle/startup-error.js';
import type { Cluster, ServerSettings } from './cluster.js';
import type { ClusterDirectory } from './cluster-directory.js';
import { freePort } from './free-port.js';
import { chooseLauncher, launch } from './launcher.js';
import {
  findPostmaster,
  isAlive,
  keepAtExit,
  stopAtExit,
  stopPostmaster,
  type Postmaster,
} from './postmaster.js';

export interface RunningServer extends Postmaster {
  readonly url: string;
  /** Did this call start it, rather than find it running? */
  readonly started: boolean;
}

const POLL_MS = 50;
/** Crash recovery of a large database may take a while. */
const START_SECONDS = 120;
/** A server that was found running but accepts nobody for so long is stopped and started anew. */
const PATIENCE_SECONDS = 20;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** Reasons for a failed start that another attempt may not meet: the port, a server still leaving. */
const PASSING_REASONS =
  /could not bind|could not create any TCP\/IP sockets|lock file "[^"]*postmaster.pid"|pre-existing shared memory/;

/**
 * Returns the server that runs on these files, after starting one if there is none. Whatever an earlier run
 * left behind is dealt with: a server without its service is reused, one that is stopping is waited
 * for, one that is stuck is stopped.
 * @param port where to listen; undefined chooses a free port
 * @throws StartupError with the server's own reason when it does not start
 */
export async function bringUp(cluster: Cluster, port?: number): Promise<RunningServer> {
  const deadline = Date.now() + START_SECONDS * 1000;
  let reason = 'it did not accept connections in time';
  while (Date.now() < deadline) {
    const found = await findPostmaster(cluster.directory.data);
    if (found) {
      const url = await waitUntilAccepting(cluster.directory, found, PATIENCE_SECONDS);
      if (url !== null) return { ...found, url, started: false };
      await stopPostmaster(found.pid);
    }
    const attempt = await start(cluster, port ?? (await freePort()));
    if (typeof attempt !== 'string') return attempt;
    reason = attempt;
    if (!PASSING_REASONS.test(reason)) break;
    await sleep(POLL_MS * 4);
  }
  throw new StartupError(`The embedded database did not start: ${reason}.`);
}

/** @returns the running server, or the reason why it ended at once */
async function start(cluster: Cluster, port: number): Promise<RunningServer | string> {
  const { directory, binaries, settings } = cluster;
  const launcher = await chooseLauncher(binaries.postgres, directory);
  const logStart = await rotate(directory.log);
  const log = await open(directory.log, 'a', 0o600);
  const parameters = Object.entries(serverParameters(settings, port));
  const command = [
    binaries.postgres,
    '-D',
    directory.data,
    ...parameters.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ] as const;
  const child = launch(launcher, command, log.fd);
  child.unref();
  let failure = '';
  child.once('error', ({ message }) => {
    failure = message;
  });
  await log.close();
  if (child.pid === undefined) return failure;
  stopAtExit(child.pid);
  const postmaster = { pid: child.pid, port };
  const url = await waitUntilAccepting(directory, postmaster, START_SECONDS);
  if (url !== null) return { ...postmaster, url, started: true };
  await stopPostmaster(child.pid);
  keepAtExit(child.pid);
  return fatalLine(await readFile(directory.log, 'utf8'), logStart);
}

function serverParameters(
  settings: ServerSettings,
  port: number,
): Readonly<Record<string, string | number>> {
  return {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: settings.maxConnections,
    log_line_prefix: '%m [%p] ',
    ...(settings.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
}

/** @returns the URL, or null when the process ended or the time is over */
async function waitUntilAccepting(
  directory: ClusterDirectory,
  { pid, port }: Postmaster,
  seconds: number,
): Promise<string | null> {
  const deadline = Date.now() + seconds * 1000;
  const url = await directory.url(port);
  while (isAlive(pid) && Date.now() < deadline) {
    if (await accepts(url)) return url;
    await sleep(POLL_MS);
  }
  return null;
}

async function accepts(url: string): Promise<boolean> {
  const connectionString = url.replace(/\/\w+$/, '/postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false; // starting, stopping, or not ours: the caller's patience decides
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @returns the size of the log, where the next start will begin to write */
async function rotate(path: string): Promise<number> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size < LOG_LIMIT_BYTES) return size;
  await rename(path, `${path}.1`);
  return 0;
}

function fatalLine(log: string, start: number): string {
  const lines = log.slice(start).split('\n');
  const line = lines.findLast((text) => /FATAL|PANIC/.test(text)) ?? lines.at(-2) ?? '';
  return line.replace(/^.*(FATAL|PANIC): */, '').replace(/\.$/, '') || 'it ended at once';
}
