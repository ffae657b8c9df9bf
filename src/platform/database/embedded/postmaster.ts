import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running server, as its own `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const POLL_MS = 50;
/** How long each way of stopping may take before the next, ruder one. */
const STOP_SIGNALS = [
  { signal: 'SIGINT', seconds: 30 }, // fast: roll back, checkpoint, exit
  { signal: 'SIGQUIT', seconds: 5 }, // immediate: recovery at the next start
  { signal: 'SIGKILL', seconds: 5 },
] as const;

/**
 * The server that runs on a PostgreSQL data directory, or null. A pid file that a crash left behind
 * counts as none, even when its process id belongs to some other program by now.
 */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  if (pid === undefined || !(pid > 0) || !isAlive(pid)) return null;
  return commandLineOf(pid).includes(dataDirectory) ? { pid, port: port ?? 0 } : null;
}

/** Stops a server and waits until it is gone: politely, then less so. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const { signal, seconds } of STOP_SIGNALS) {
    sendSignal(pid, signal);
    const attempts = (seconds * 1000) / POLL_MS;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (!isAlive(pid)) return;
      await sleep(POLL_MS);
    }
  }
}

const doomed = new Set<number>();

/** Has the process interrupted when this one exits in whatever way but SIGKILL; for programs that we run. */
export function stopAtExit(pid: number): void {
  if (doomed.size === 0) process.once('exit', interruptDoomed);
  doomed.add(pid);
}

export function keepAtExit(pid: number): void {
  doomed.delete(pid);
  if (doomed.size === 0) process.off('exit', interruptDoomed);
}

function interruptDoomed(): void {
  for (const pid of doomed) sendSignal(pid, 'SIGINT');
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandLineOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return ''; // it ended meanwhile
  }
}
