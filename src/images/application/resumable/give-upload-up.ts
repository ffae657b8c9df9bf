import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../../kernel/principal.js';
import { UploadNotFound } from '../../domain/resumable-upload.errors.js';
import { ImageDataRepository } from '../ports/image-data.repository.js';
import { RemoveImageData } from '../remove-image-data.js';
import { ShowUpload } from './show-upload.js';

/** Ends an upload without its data: the image is queued again, and what was stored is removed. */
@Injectable()
export class GiveUploadUp {
  constructor(
    @Inject(ShowUpload) private readonly show: ShowUpload,
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
  ) {}

  /** @throws ImageNotFound, ImageNotOwned, UploadNotFound, also for one that has come to its end */
  async execute(imageId: string, uploadId: string, principal: Principal): Promise<void> {
    const { id } = await this.show.execute(imageId, uploadId, principal);
    if (!(await this.data.abandonUpload(id))) throw new UploadNotFound();
    await this.removeData.execute();
  }
}
