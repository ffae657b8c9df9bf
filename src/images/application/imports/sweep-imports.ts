import { Inject, Injectable, Logger } from '@nestjs/common';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import { TaskQueue } from '../ports/task-queue.js';
import { SweepStagingArea } from '../resumable/sweep-staging-area.js';

/** Ends waits: of what is in the staging area, of finished tasks for readers, of images for data. */
@Injectable()
export class SweepImports {
  private readonly logger = new Logger(SweepImports.name);

  constructor(
    @Inject(SweepStagingArea) private readonly staging: SweepStagingArea,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(TaskQueue) private readonly queue: TaskQueue,
  ) {}

  async execute(): Promise<void> {
    await this.staging.execute();
    await this.queue.purge();
  }

  /** Images that were loaded in the middle of something, for example. */
  async queueForsaken(): Promise<void> {
    const forsaken = await this.imports.queueForsaken();
    if (forsaken.length > 0) {
      this.logger.warn({ message: 'Queued images that nobody brought data to.', images: forsaken });
    }
  }
}
