import { Inject, Injectable } from '@nestjs/common';
import { newImageDataKey } from '../image-data-key.js';
import { MeasuringWriter, NO_PROMISES } from '../measuring-writer.js';
import type { DataPlace } from '../ports/image-data.repository.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import type { StoredPart } from '../ports/resumable-upload.repository.js';
import type { UploadTerms } from '../running-uploads.js';

/** Where the parts of uploads are kept: the staging area. */
@Injectable()
export class UploadArea {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(MeasuringWriter) private readonly writer: MeasuringWriter,
  ) {}

  newPlace(imageId: string): DataPlace {
    return { storeId: this.stores.staging.id, key: newImageDataKey(imageId) };
  }

  /** @throws ImageDataTooLarge */
  requireWithinCap(bytes: bigint): void {
    this.writer.requireWithinCap(bytes);
  }

  /** Stores a part, measured like all bytes; it is inspected as a part of the whole later. @throws like the writer */
  async write(
    place: DataPlace,
    { start, chunks }: { readonly start: bigint; readonly chunks: AsyncIterable<Uint8Array> },
    terms: UploadTerms,
  ): Promise<StoredPart> {
    const target = { store: this.stores.staging.data, key: place.key };
    const data = { chunks, declaredBytes: null, ...NO_PROMISES };
    const { findings } = await this.writer.write(target, data, terms);
    return { ...place, start, size: findings.size, checksum: findings.checksum };
  }
}
