import { Inject, Injectable } from '@nestjs/common';
import { ImageBytesExceeded, ImageDeletedMeanwhile } from '../../domain/image-data.errors.js';
import { ImportGivenUp, ImportTookTooLong } from '../../domain/image-import.errors.js';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import { ImageRepository } from '../ports/image.repository.js';
import type { ClaimedTask } from '../ports/task-queue.js';
import { CarryOutPlan } from './carry-out-plan.js';
import type { ImportProgress } from './import-progress.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';

/** A task may be begun so often; each time but the last its process ended in the middle of it. */
const MAX_ATTEMPTS = 3;
/** Timers take no more, in milliseconds: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One attempt at a task, within its time: the data is brought or looked at, and becomes the image's. */
@Injectable()
export class ImportAttempt {
  constructor(
    @Inject(ImageRepository) private readonly images: ImageRepository,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(CarryOutPlan) private readonly plan: CarryOutPlan,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  /** @throws why the data is not the image's, or what the signal says */
  async execute(
    { lease, plan, attempts }: ClaimedTask,
    progress: ImportProgress,
    signal: AbortSignal,
  ): Promise<void> {
    if (attempts > MAX_ATTEMPTS) throw new ImportGivenUp(MAX_ATTEMPTS);
    const image = await this.images.find(lease.imageId, 'everything');
    if (image === null) throw new ImageDeletedMeanwhile();
    const { quotas } = this.settings;
    const isNew = plan.method !== 'copy-image' && plan.method !== 'hash-data';
    const quotaBytes = isNew ? await this.imports.roomFor(lease.imageId, quotas) : null;
    const outcome = await this.withinTime(signal, (limited) => {
      const terms = { signal: limited, quotaBytes, quotaExceeded: () => new ImageBytesExceeded() };
      return this.plan.execute(plan, { lease, image, terms, progress });
    });
    if (outcome !== null) await this.imports.complete(lease, outcome, quotas);
  }

  private async withinTime<T>(
    signal: AbortSignal,
    work: (limited: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const overtime = new AbortController();
    const milliseconds = Math.min(this.settings.timeLimitSeconds * 1000, LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      overtime.abort(new ImportTookTooLong());
    }, milliseconds);
    try {
      return await work(AbortSignal.any([signal, overtime.signal]));
    } finally {
      clearTimeout(timer);
    }
  }
}
