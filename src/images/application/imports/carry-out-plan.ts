import { Inject, Injectable } from '@nestjs/common';
import type { TaskPlan } from '../../domain/image-task.js';
import type { ImportOutcome } from '../ports/image-import.repository.js';
import { ImportTransfer } from './import-transfer.js';
import { ReadInPlace, type TaskRun } from './read-in-place.js';

/** Does what a task is for. */
@Injectable()
export class CarryOutPlan {
  constructor(
    @Inject(ImportTransfer) private readonly transfer: ImportTransfer,
    @Inject(ReadInPlace) private readonly inPlace: ReadInPlace,
  ) {}

  /** @returns null when it is done; otherwise what remains to be written down @throws why it cannot be done */
  async execute(
    plan: TaskPlan,
    run: Omit<TaskRun<TaskPlan>, 'plan'>,
  ): Promise<ImportOutcome | null> {
    switch (plan.method) {
      case 'hash-data':
        await this.inPlace.hash({ ...run, plan });
        return null;
      case 'add-location':
        return this.inPlace.locate({ ...run, plan });
      case 'glance-direct':
      case 'web-download':
      case 'glance-download':
      case 'copy-image':
        return this.transfer.run({ ...run, plan });
    }
  }
}
