import { Inject, Injectable, Logger } from '@nestjs/common';
import { IMPORT_SETTINGS, type ImportSettings } from '../imports/import-settings.js';
import { ImageDataRepository } from '../ports/image-data.repository.js';
import { ResumableUploadRepository } from '../ports/resumable-upload.repository.js';
import { LEASE_SECONDS } from '../while-held.js';

/** Ends the waits of staged bytes for their import, and of uploads for somebody who continues them. */
@Injectable()
export class SweepStagingArea {
  private readonly logger = new Logger(SweepStagingArea.name);

  constructor(
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(ResumableUploadRepository) private readonly uploads: ResumableUploadRepository,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  async execute(): Promise<void> {
    const { stagedRetentionSeconds } = this.settings;
    const expired = await this.data.expireStagedData(stagedRetentionSeconds);
    if (expired.length > 0) {
      this.logger.log({ message: 'Dropped staged data that was not imported.', images: expired });
    }
    const idle = await this.uploads.abandonIdle(stagedRetentionSeconds, LEASE_SECONDS);
    if (idle.length > 0) {
      this.logger.log({ message: 'Gave up uploads that were not continued.', images: idle });
    }
  }
}
