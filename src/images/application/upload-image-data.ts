import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/principal.js';
import { ImageTooLarge } from '../domain/image-data.errors.js';
import type { Image } from '../domain/image.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { newImageDataKey } from './image-data-key.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { ReceivedData } from './received-data.js';
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
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  /**
   * @throws ImageNotFound, ImageNotOwned, UploadConflict, FormatsUnset, StoreUnknown, StoreReadOnly
   * @throws ImageTooLarge, SizeMismatch, ImageBytesExceeded, UploadCountExceeded, StoreFull
   * @throws ImageDeletedMeanwhile, Unavailable, or what the source of the bytes throws
   */
  async execute(command: UploadImageDataCommand, principal: Principal): Promise<void> {
    const image = await this.visible.get(command.imageId, principal);
    image.requireChangeableBy(principal);
    image.requireUploadable();
    const { declaredBytes } = command;
    const capBytes = BigInt(this.settings.sizeCapBytes);
    if (declaredBytes !== null && declaredBytes > capBytes) throw new ImageTooLarge(capBytes);
    const storeId = this.storeFor(command.storeId);
    const store = this.stores.writable(storeId);
    const { id } = image.attributes;
    const key = newImageDataKey(id);
    const lease = { imageId: id, uploadId: randomUUID(), storeId, key };
    const request = { ...lease, reservedBytes: declaredBytes ?? 0n };
    await this.uploads.run(request, async ({ signal, quotaBytes }) => {
      const bounds = { capBytes, quotaBytes, declaredBytes };
      const data = new ReceivedData(command.chunks, bounds, this.settings.hashAlgorithm);
      const expected = declaredBytes === null ? {} : { expectedSize: declaredBytes };
      const { location: url } = await store.write(key, data, { signal, ...expected });
      const found = data.findings();
      return { findings: { ...found, virtualSize: virtualSizeOf(image, found.size) }, url };
    });
  }

  private storeFor(storeId: string | null): string {
    const { all, defaultId } = this.stores;
    if (storeId === null || all.length === 1) return defaultId;
    return this.stores.find(storeId).id;
  }
}

/** A bare raw image is what a guest sees. */
function virtualSizeOf(image: Image, size: bigint): bigint | null {
  const { diskFormat, containerFormat } = image.attributes;
  return diskFormat === 'raw' && containerFormat === 'bare' ? size : null;
}
