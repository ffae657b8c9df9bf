import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  ImageBytesExceeded,
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
} from '../../domain/image-data.errors.js';
import { ImportedDataAltered } from '../../domain/image-import.errors.js';
import type { Image } from '../../domain/image.js';
import type { ImportPlan } from '../../domain/image-task.js';
import { newImageDataKey } from '../image-data-key.js';
import { MeasuringWriter } from '../measuring-writer.js';
import type { DataFindings } from '../ports/image-data.repository.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import {
  ImageImportRepository,
  type ImportOutcome,
  type NewCopy,
} from '../ports/image-import.repository.js';
import type { TaskLease } from '../ports/task-queue.js';
import type { UploadTerms } from '../running-uploads.js';
import type { IncomingData } from './import-source.js';
import type { ImportProgress } from './import-progress.js';
import { UnpackedSource } from './unpacked-source.js';

export interface Transfer {
  readonly lease: TaskLease;
  readonly plan: ImportPlan;
  readonly image: Image;
  readonly terms: UploadTerms;
  readonly progress: ImportProgress;
}

type Copy = NewCopy & { readonly findings: DataFindings };

/** Faults of the data, which are the same in every store. */
const DATA_FAULTS = [
  ImageBytesExceeded,
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
  ImportedDataAltered,
];

/**
 * Brings the bytes of an import into its stores, one after the other: the first copy from the source, the others
 * from the first copy. A store that fails is passed over if the plan allows it; data that does not qualify, or
 * does not come, ends the import.
 */
@Injectable()
export class ImportTransfer {
  private readonly logger = new Logger(ImportTransfer.name);

  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(UnpackedSource) private readonly source: UnpackedSource,
    @Inject(MeasuringWriter) private readonly writer: MeasuringWriter,
  ) {}

  /** @throws why there is no copy, or not one in each store */
  async run(transfer: Transfer): Promise<ImportOutcome> {
    const { plan, lease, progress, image } = transfer;
    const copies: Copy[] = [];
    const failedStoreIds: string[] = [];
    let failure: unknown = new ImportedDataAltered();
    for (const storeId of plan.storeIds) {
      const result = await this.tryStore(transfer, storeId, copies[0] ?? null);
      if ('copy' in result) {
        copies.push(result.copy);
        progress.stored(result.copy.findings.size);
        if (plan.storeIds.length > 1) await this.imports.noteStoreDone(lease, storeId);
      } else {
        failure = result.failure;
        failedStoreIds.push(storeId);
        if (plan.mustAllSucceed) throw failure;
      }
    }
    const [first] = copies;
    if (first === undefined) throw failure;
    const { diskFormat, containerFormat } = image.attributes;
    return {
      progress: progress.state,
      copies,
      failedStoreIds,
      findings: plan.method === 'copy-image' ? null : first.findings,
      formats: { diskFormat, containerFormat },
    };
  }

  /** @throws what is not the store's fault */
  private async tryStore(
    transfer: Transfer,
    storeId: string,
    first: Copy | null,
  ): Promise<{ readonly copy: Copy } | { readonly failure: unknown }> {
    const { plan, image, terms, lease } = transfer;
    const data =
      first === null
        ? await this.source.open(plan, image, {
            signal: terms.signal,
            maxBytes: this.writer.capBytes,
          })
        : await this.source.copyOf(first, first.findings);
    const watched = new WatchedData(data, transfer.progress);
    const place = { storeId, key: newImageDataKey(image.attributes.id) };
    try {
      await this.imports.openPlace(lease, place);
      return { copy: await this.write(transfer, place, watched) };
    } catch (error) {
      const isStoreFault =
        !watched.hasFailed &&
        !terms.signal.aborted &&
        !DATA_FAULTS.some((fault) => error instanceof fault);
      if (!isStoreFault) throw error;
      this.logger.warn({ message: 'Could not import into a store.', storeId, err: error });
      return { failure: error };
    } finally {
      watched.close();
    }
  }

  private async write(
    { plan, image, terms }: Transfer,
    place: { readonly storeId: string; readonly key: string },
    { data, chunks }: WatchedData,
  ): Promise<Copy> {
    const { declaredBytes, checksum } = data;
    const target = { store: this.stores.writable(place.storeId), key: place.key };
    // What is stored already was inspected when it came.
    const isKnown = plan.method === 'copy-image';
    const expectation = isKnown ? null : this.writer.expectationOf(image);
    const stored = await this.writer.write(target, { chunks, declaredBytes, expectation }, terms);
    if (checksum !== null && stored.findings.checksum !== checksum) throw new ImportedDataAltered();
    return { ...place, ...stored };
  }
}

/** Data on its way, which knows whether it was the source that failed. */
class WatchedData {
  hasFailed = false;

  constructor(
    readonly data: IncomingData,
    private readonly progress: ImportProgress,
  ) {
    if (data.declaredBytes !== null) progress.expects(data.declaredBytes);
  }

  readonly chunks: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => this.watch() };

  /** For what was opened and never read. */
  close(): void {
    this.data.chunks.destroy();
  }

  private async *watch(): AsyncGenerator<Uint8Array> {
    const iterator = this.data.chunks[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const result = await this.next(iterator);
        if (result.done === true) return;
        this.progress.moved(result.value.byteLength);
        yield result.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  private async next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await iterator.next();
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }
}
