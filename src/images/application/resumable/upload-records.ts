import { Inject, Injectable } from '@nestjs/common';
import { UploadNotFound } from '../../domain/resumable-upload.errors.js';
import { IMPORT_SETTINGS, type ImportSettings } from '../imports/import-settings.js';
import {
  ResumableUploadRepository,
  type NewResumableUpload,
  type ResumableUploadId,
  type ResumableUploadState,
} from '../ports/resumable-upload.repository.js';

/** What is known of uploads, under the rules of this deployment. */
@Injectable()
export class UploadRecords {
  constructor(
    @Inject(ResumableUploadRepository) private readonly uploads: ResumableUploadRepository,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  /** @throws like {@link ResumableUploadRepository.begin} */
  async begin(request: NewResumableUpload): Promise<ResumableUploadState> {
    await this.uploads.begin(request, this.settings.quotas);
    return this.stateOf(request);
  }

  /** @throws UploadNotFound */
  async stateOf({ imageId, uploadId }: ResumableUploadId): Promise<ResumableUploadState> {
    const id = { imageId, uploadId };
    const state = await this.uploads.find(id, this.settings.stagedRetentionSeconds);
    if (state === null) throw new UploadNotFound();
    return state;
  }
}
