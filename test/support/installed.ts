import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether the machine has all of these programs. */
export async function areInstalled(...programs: readonly string[]): Promise<boolean> {
  const found = await Promise.allSettled(programs.map((name) => run('which', [name])));
  return found.every(({ status }) => status === 'fulfilled');
}
