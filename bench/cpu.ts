import { readFileSync, writeFileSync } from 'node:fs';
import type { Client } from 'pg';

/** proc(5): the unit of times in `stat`. */
const TICK_MS = 10;

/** CPU milliseconds that a process and its children have used so far, user and system; 0 once it has ended. */
export function cpuOf(pid: number): number {
  return familyOf(pid).reduce((sum, each) => sum + ownCpuOf(each), 0);
}

/** A process and all that it started, and they. */
export const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(familyOf)];

function childrenOf(pid: number): number[] {
  try {
    return (readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []).map(
      Number,
    );
  } catch {
    return [];
  }
}

function ownCpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/** Resident memory of a process, in MiB. */
export const residentMiB = (pid: number): number => memoryMiB(pid, 'VmRSS');

/** The most of it since the last {@link forgetPeak}, to the byte and not by samples. */
export const peakMiB = (pid: number): number => memoryMiB(pid, 'VmHWM');

/** proc(5), `clear_refs`: 5 makes the present resident memory the peak. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function memoryMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}

/** The same for a database: its connections, but this one, and what writes for them. On this machine. */
export async function databaseCpu(client: Client): Promise<Map<number, number>> {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (datname = current_database()
       OR backend_type IN ('walwriter', 'checkpointer', 'background writer', 'io worker'))`,
  );
  return new Map(rows.map(({ pid }) => [pid, cpuOf(pid)]));
}

/** Between two looks at a database; a connection that is new has used all it has in between. */
export const cpuBetween = (
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): number => [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
