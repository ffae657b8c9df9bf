import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { complain } from './console.js';
import { StartupError } from './startup-error.js';

export interface WorkerGroupOptions {
  /** The program of each worker. */
  readonly program: string;
  readonly count: number;
  /** What its environment has beside this process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A worker that lived this long was well: the next one is started without a longer pause. */
const WELL_MS = 30_000;

/** Processes that serve one port together. One that dies is replaced, ever later if it dies again and again. */
export class WorkerGroup {
  private isStopping = false;
  private readonly workers = new Set<Worker>();

  private constructor(private readonly options: WorkerGroupOptions) {}

  /**
   * Starts the workers and waits until all of them listen.
   * @returns the group and the origin that the workers listen on
   * @throws StartupError when one ends before; it has said why
   */
  static async start(
    options: WorkerGroupOptions,
  ): Promise<{ readonly group: WorkerGroup; readonly origin: string }> {
    const group = new WorkerGroup(options);
    cluster.setupPrimary({ exec: options.program, args: [] });
    const started = Array.from({ length: options.count }, () => group.fork());
    const origins = await Promise.all(started.map(listening)).catch(async (error: unknown) => {
      await group.stop();
      throw error;
    });
    for (const worker of started) void group.replaceAtEnd(worker);
    return { group, origin: origins[0] ?? '' };
  }

  /** Lets every worker finish what it does. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const ends = [...this.workers].map(async (worker) => {
      const isOver = once(worker, 'exit');
      worker.kill('SIGTERM');
      await isOver;
    });
    await Promise.all(ends);
  }

  private fork(): Worker {
    const worker = cluster.fork(this.options.environment);
    this.workers.add(worker);
    worker.once('exit', () => this.workers.delete(worker));
    return worker;
  }

  private async replaceAtEnd(first: Worker): Promise<void> {
    let worker = first;
    for (let pause = FIRST_PAUSE_MS; ;) {
      const startedAt = Date.now();
      const [code, signal] = (await once(worker, 'exit')) as [number | null, string | null];
      if (this.isStopping) return;
      pause = Date.now() - startedAt > WELL_MS ? FIRST_PAUSE_MS : pause;
      complain(`A worker ended (${signal ?? code ?? '?'}); another one starts in ${pause} ms.`);
      await sleep(pause);
      if (this.isStopping as boolean) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      worker = this.fork();
    }
  }
}

/** Called by a worker: tells the group that it listens. */
export function reportListening(origin: string): void {
  process.send?.({ origin });
}

async function listening(worker: Worker): Promise<string> {
  const failed = new AbortController();
  const ended = once(worker, 'exit', { signal: failed.signal }).then(() => {
    throw new StartupError('A worker did not start.');
  });
  const said = once(worker, 'message', { signal: failed.signal }) as Promise<[{ origin: string }]>;
  try {
    const [{ origin }] = (await Promise.race([said, ended])) as [{ origin: string }];
    return origin;
  } finally {
    ended.catch(() => undefined); // heard by nobody once the worker listens
    failed.abort();
    said.catch(() => undefined);
  }
}
