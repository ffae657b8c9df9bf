import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/principal.js';
import { newImageDataKey } from './image-data-key.js';
import { MeasuringWriter, NO_PROMISES } from './measuring-writer.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RunningUploads } from './running-uploads.js';
import { VisibleImages } from './visible-images.js';

export interface StageImageDataCommand {
  readonly imageId: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that are said to come; other lengths are refused. */
  readonly declaredBytes: bigint | null;
}

/**
 * Keeps bytes for a later import; the image is uploading from then on. They are measured but not inspected:
 * the formats may be set until the import. Whatever goes wrong, the image is queued as before.
 */
@Injectable()
export class StageImageData {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(RunningUploads) private readonly uploads: RunningUploads,
    @Inject(MeasuringWriter) private readonly writer: MeasuringWriter,
  ) {}

  /**
   * @throws ImageNotFound, ImageNotOwned, UploadConflict, ImageDataTooLarge, ImageDataSizeDiffers
   * @throws StagedBytesExceeded, UploadCountExceeded, StoreFull, ImageDeletedMeanwhile, Unavailable, or what the
   * source throws
   */
  async execute(command: StageImageDataCommand, principal: Principal): Promise<void> {
    const image = await this.visible.get(command.imageId, principal);
    image.requireChangeableBy(principal);
    image.requireStageable();
    this.writer.requireWithinCap(command.declaredBytes);
    const { id: storeId, data: store } = this.stores.staging;
    const { id } = image.attributes;
    const key = newImageDataKey(id);
    const request = {
      imageId: id,
      uploadId: randomUUID(),
      kind: 'staging',
      storeId,
      key,
      reservedBytes: command.declaredBytes ?? 0n,
    } as const;
    const data = { ...command, ...NO_PROMISES };
    await this.uploads.run(request, (terms) => this.writer.write({ store, key }, data, terms));
  }
}
