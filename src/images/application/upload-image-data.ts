import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/principal.js';
import { newImageDataKey } from './image-data-key.js';
import { MeasuringWriter } from './measuring-writer.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RunningUploads } from './running-uploads.js';
import { VisibleImages } from './visible-images.js';

export interface UploadImageDataCommand {
  readonly imageId: string;
  /** Null: the default one. With a single store, whatever is named is that one. */
  readonly storeId: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that are said to come; other lengths are refused. */
  readonly declaredBytes: bigint | null;
}

/**
 * Brings the data of a queued image, which is active afterwards. No connection to the database is held while
 * bytes move. Whatever goes wrong, the image is queued as before and no byte stays.
 */
@Injectable()
export class UploadImageData {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(RunningUploads) private readonly uploads: RunningUploads,
    @Inject(MeasuringWriter) private readonly writer: MeasuringWriter,
  ) {}

  /**
   * @throws ImageNotFound, ImageNotOwned, UploadConflict, FormatsUnset, StoreUnknown, StoreReadOnly
   * @throws ImageDataTooLarge, ImageDataSizeDiffers, ImageDataRefused, ImageSignatureRefused, ImageBytesExceeded
   * @throws UploadCountExceeded, StoreFull, ImageDeletedMeanwhile, Unavailable, or what the source throws
   */
  async execute(command: UploadImageDataCommand, principal: Principal): Promise<void> {
    const image = await this.visible.get(command.imageId, principal);
    image.requireChangeableBy(principal);
    image.requireUploadable();
    this.writer.requireWithinCap(command.declaredBytes);
    const storeId = this.storeFor(command.storeId);
    const store = this.stores.writable(storeId);
    const data = { ...command, ...(await this.writer.promisesOf(image)) };
    const { id } = image.attributes;
    const key = newImageDataKey(id);
    const request = {
      imageId: id,
      uploadId: randomUUID(),
      kind: 'saving',
      storeId,
      key,
      reservedBytes: command.declaredBytes ?? 0n,
    } as const;
    await this.uploads.run(request, (terms) => this.writer.write({ store, key }, data, terms));
  }

  private storeFor(storeId: string | null): string {
    const { all, defaultId } = this.stores;
    if (storeId === null || all.length === 1) return defaultId;
    return this.stores.find(storeId).id;
  }
}
