import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../../../kernel/errors.js';
import { ImageDeletedMeanwhile } from '../../domain/image-data.errors.js';
import { TaskLeaseLost } from '../../domain/image-import.errors.js';
import { targetsOf } from '../../domain/image-task.js';
import type { TaskOutcome } from '../ports/task-observer.js';
import type { LeaseState } from '../ports/image-data.repository.js';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import { TaskQueue, type ClaimedTask } from '../ports/task-queue.js';
import { RemoveImageData } from '../remove-image-data.js';
import { whileHeld } from '../while-held.js';
import { ImportAttempt } from './import-attempt.js';
import { ImportProgress } from './import-progress.js';

const REASONS = { 'image-deleted': ImageDeletedMeanwhile, lost: TaskLeaseLost } as const;

/** Works on one claimed task to its end: the image is active, or queued again with a reason. */
@Injectable()
export class RunImport {
  private readonly logger = new Logger(RunImport.name);

  constructor(
    @Inject(TaskQueue) private readonly queue: TaskQueue,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(ImportAttempt) private readonly attempt: ImportAttempt,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
  ) {}

  /**
   * @returns how it went, failures included: its reason is written down for those who asked
   * @param stop gives the task back to the queue, for others to begin again
   * @throws Unavailable when the end could not be written down; the lease will expire
   */
  async execute(task: ClaimedTask, stop: AbortSignal): Promise<TaskOutcome> {
    const { lease, plan } = task;
    const progress = new ImportProgress(targetsOf(plan).length || 1);
    const held = {
      renew: () => this.queue.renew(lease, progress.state),
      reasonToStop: (state: Exclude<LeaseState, 'held'>) => new REASONS[state](),
      logger: this.logger,
    };
    let outcome: TaskOutcome = 'done';
    try {
      await whileHeld(held, async (signal) => {
        const either = AbortSignal.any([signal, stop]);
        await this.attempt.execute(task, progress, either);
      });
    } catch (error) {
      outcome = stop.aborted ? 'given-back' : 'failed';
      if (stop.aborted) await this.queue.release(lease);
      else await this.fail(task, progress, error);
    }
    await this.removeData.execute();
    return outcome;
  }

  private async fail(
    { lease, plan }: ClaimedTask,
    progress: ImportProgress,
    error: unknown,
  ): Promise<void> {
    this.logger.warn({ message: 'An import failed.', ...lease, err: error });
    const reason = error instanceof DomainError ? error.message : 'An unexpected fault occurred.';
    await this.imports.fail(lease, {
      reason,
      failedStoreIds: targetsOf(plan),
      progress: progress.state,
    });
  }
}
