import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../kernel/principal.js';
import { ImageBytesExceeded, ImageDataTooLarge } from '../domain/image-data.errors.js';
import type { Image } from '../domain/image.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { newImageDataKey } from './image-data-key.js';
import { MeasuredData, type SizeLimit } from './measured-data.js';
import { DataHashing } from './ports/data-hashing.js';
import type { ImageDataStore } from './ports/image-data-store.js';
import type { UploadRequest } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RunningUploads, type StoredData, type UploadTerms } from './running-uploads.js';
import { VisibleImages } from './visible-images.js';

export interface UploadImageDataCommand {
  readonly imageId: string;
  /** Null: the default one. With a single store, whatever is named is that one. */
  readonly storeId: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that are said to come; other lengths are refused. */
  readonly declaredBytes: bigint | null;
}

/** What data is measured with. */
@Injectable()
export class MeasuringTools {
  constructor(
    @Inject(DataHashing) readonly hashing: DataHashing,
    @Inject(IMAGE_DATA_SETTINGS) readonly settings: ImageDataSettings,
  ) {}
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
    @Inject(MeasuringTools) private readonly tools: MeasuringTools,
  ) {}

  /**
   * @throws ImageNotFound, ImageNotOwned, UploadConflict, FormatsUnset, StoreUnknown, StoreReadOnly
   * @throws ImageDataTooLarge, ImageDataSizeDiffers, ImageDataRefused, ImageBytesExceeded
   * @throws UploadCountExceeded, StoreFull, ImageDeletedMeanwhile, Unavailable, or what the source throws
   */
  async execute(command: UploadImageDataCommand, principal: Principal): Promise<void> {
    const image = await this.visible.get(command.imageId, principal);
    image.requireChangeableBy(principal);
    image.requireUploadable();
    const declaredBytes = command.declaredBytes ?? 0n;
    const capBytes = BigInt(this.tools.settings.sizeCapBytes);
    if (declaredBytes > capBytes) throw new ImageDataTooLarge(capBytes);
    const storeId = this.storeFor(command.storeId);
    const store = this.stores.writable(storeId);
    const { id } = image.attributes;
    const place = { storeId, key: newImageDataKey(id) };
    const request = {
      imageId: id,
      uploadId: randomUUID(),
      ...place,
      reservedBytes: declaredBytes,
    };
    await this.uploads.run(request, (terms) =>
      this.store({ command, image, store, request }, terms),
    );
  }

  private async store(upload: Upload, { signal, quotaBytes }: UploadTerms): Promise<StoredData> {
    const { command, image, store, request } = upload;
    const { declaredBytes } = command;
    const { hashAlgorithm, requireFormatMatch, refuseRichRaw } = this.tools.settings;
    const { diskFormat, containerFormat } = image.attributes;
    const data = new MeasuredData(command.chunks, this.tools.hashing, {
      hashAlgorithm,
      limit: sizeLimit(BigInt(this.tools.settings.sizeCapBytes), quotaBytes),
      declaredBytes,
      expectation: {
        diskFormat: diskFormat ?? '',
        containerFormat: containerFormat ?? '',
        requireMatch: requireFormatMatch,
        rawStrict: refuseRichRaw,
      },
    });
    const expected = declaredBytes === null ? {} : { expectedSize: declaredBytes };
    const { location: url } = await store.write(request.key, data, { signal, ...expected });
    const { bytes: size, ...findings } = data.result;
    return { findings: { size, ...findings }, url };
  }

  private storeFor(storeId: string | null): string {
    const { all, defaultId } = this.stores;
    if (storeId === null || all.length === 1) return defaultId;
    return this.stores.find(storeId).id;
  }
}

interface Upload {
  readonly command: UploadImageDataCommand;
  readonly image: Image;
  readonly store: ImageDataStore;
  readonly request: UploadRequest;
}

/** The smaller of the two, with the reason that goes with it. */
function sizeLimit(capBytes: bigint, quotaBytes: bigint | null): SizeLimit {
  return quotaBytes !== null && quotaBytes < capBytes
    ? { maxBytes: quotaBytes, exceeded: () => new ImageBytesExceeded() }
    : { maxBytes: capBytes, exceeded: () => new ImageDataTooLarge(capBytes) };
}
