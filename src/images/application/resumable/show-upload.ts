import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../../kernel/principal.js';
import type { Image } from '../../domain/image.js';
import { UploadNotFound } from '../../domain/resumable-upload.errors.js';
import type {
  ResumableUploadId,
  ResumableUploadState,
} from '../ports/resumable-upload.repository.js';
import { VisibleImages } from '../visible-images.js';
import { UploadRecords } from './upload-records.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface OpenUpload {
  readonly image: Image;
  readonly id: ResumableUploadId;
  readonly state: ResumableUploadState;
}

/** Where an upload is; for those who may write to it. */
@Injectable()
export class ShowUpload {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(UploadRecords) private readonly records: UploadRecords,
  ) {}

  /** @throws ImageNotFound, ImageNotOwned, UploadNotFound */
  async execute(imageId: string, uploadId: string, principal: Principal): Promise<OpenUpload> {
    const image = await this.visible.get(imageId, principal);
    image.requireChangeableBy(principal);
    if (!UUID.test(uploadId)) throw new UploadNotFound();
    const id = { imageId: image.attributes.id, uploadId };
    return { image, id, state: await this.records.stateOf(id) };
  }
}
