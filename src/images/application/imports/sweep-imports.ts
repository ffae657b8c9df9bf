import { Inject, Injectable, Logger } from '@nestjs/common';
import { ImageDataRepository } from '../ports/image-data.repository.js';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import { TaskQueue } from '../ports/task-queue.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';

/** Ends waits: of staged bytes for their import, of finished tasks for readers, of images for data. */
@Injectable()
export class SweepImports {
  private readonly logger = new Logger(SweepImports.name);

  constructor(
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(TaskQueue) private readonly queue: TaskQueue,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  async execute(): Promise<void> {
    const expired = await this.data.expireStagedData(this.settings.stagedRetentionSeconds);
    if (expired.length > 0) {
      this.logger.log({ message: 'Dropped staged data that was not imported.', images: expired });
    }
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
