import cluster from 'node:cluster';
import { inspect } from 'node:util';
import { Cleanup } from './cleanup.js';
import { complain, say } from './console.js';
import { StartupError } from './startup-error.js';
import { terminationSignal, untilAborted } from './termination.js';

/** Brings the service up, deferring to `cleanup` how each step is undone; may stop half-way once `signal` is aborted. */
export type Start = (signal: AbortSignal, cleanup: Cleanup) => Promise<void>;

/**
 * The life of a service process: start, run until SIGINT, SIGTERM or SIGHUP, undo everything, exit 0. A
 * failed start is undone too, said in one line where the operator can act on it, and exits 1.
 */
export async function runUntilTerminated(start: Start): Promise<never> {
  const signal = terminationSignal();
  const cleanup = new Cleanup();
  let exitCode = 0;
  try {
    await start(signal, cleanup);
    await untilAborted(signal);
  } catch (error) {
    if (!signal.aborted) {
      exitCode = 1;
      complain(describe(error));
    }
  }
  const isWorker = cluster.isWorker;
  if (signal.aborted && !isWorker) say(`Stopping (${String(signal.reason)}).`);
  for (const error of await cleanup.run()) complain(describe(error));
  if (signal.aborted && !isWorker) say('Stopped.');
  process.exit(exitCode);
}

/** What the operator can act on is one line; anything else is a fault and shows everything. */
function describe(error: unknown): string {
  return error instanceof StartupError ? error.message : inspect(error);
}
