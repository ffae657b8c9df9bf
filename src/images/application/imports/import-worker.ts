import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { TaskObserver } from '../ports/task-observer.js';
import { TaskQueue, type ClaimedTask } from '../ports/task-queue.js';
import { LEASE_SECONDS } from '../while-held.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';
import { RunImport } from './run-import.js';

/** For tasks that other replicas have queued, or left behind. */
const POLL_MS = 2000;

/**
 * Takes tasks from the queue, so many at once, in each process of the service. When the process is stopped, it
 * gives back what it has not finished.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ImportWorker.name);
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private filling: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(TaskQueue) private readonly queue: TaskQueue,
    @Inject(RunImport) private readonly runImport: RunImport,
    @Inject(TaskObserver) private readonly observer: TaskObserver,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  /** There is something to do, perhaps. */
  wake(): void {
    this.filling = this.filling.then(() => this.fill());
  }

  onApplicationBootstrap(): void {
    if (this.settings.concurrency === 0) return;
    this.timer = setInterval(() => {
      this.wake();
    }, POLL_MS).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort(new Error('The process is being stopped.'));
    await this.filling;
    await Promise.allSettled(this.running);
  }

  private async fill(): Promise<void> {
    try {
      while (this.running.size < this.settings.concurrency && !this.stop.signal.aborted) {
        const task = await this.queue.claim(LEASE_SECONDS);
        if (task === null) return;
        this.begin(task);
      }
    } catch (error) {
      // A database that is away now will be there at one of the next turns.
      this.logger.warn({ message: 'Could not take a task.', err: error });
    }
  }

  private begin(task: ClaimedTask): void {
    const work = this.observer
      .during(task, () => this.runImport.execute(task, this.stop.signal))
      .catch((error: unknown) => {
        // Its lease expires, and this worker or another one begins it again.
        this.logger.warn({ message: 'Could not end a task.', ...task.lease, err: error });
      })
      .finally(() => {
        this.running.delete(work);
        this.wake();
      });
    this.running.add(work);
  }
}
