import { Inject, Injectable } from '@nestjs/common';
import { addAbortSignal } from 'node:stream';
import { ImageDataMissing } from '../../domain/image-data.errors.js';
import { ImportedDataAltered } from '../../domain/image-import.errors.js';
import { LocationDataDiffers } from '../../domain/image-locations.js';
import type { Image } from '../../domain/image.js';
import type { HashingPlan, LocationPlan } from '../../domain/image-task.js';
import { MeasuringWriter, NO_PROMISES, type DataPromises } from '../measuring-writer.js';
import { DataHashRepository } from '../ports/data-hash.repository.js';
import type { DataFindings } from '../ports/image-data.repository.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import type { ImportOutcome } from '../ports/image-import.repository.js';
import type { TaskLease } from '../ports/task-queue.js';
import type { UploadTerms } from '../running-uploads.js';
import { StoredCopies } from '../stored-copies.js';
import type { ImportProgress } from './import-progress.js';
import type { IncomingData } from './incoming-data.js';
import { WatchedData } from './watched-data.js';

/** One attempt at a task, with what it must respect. */
export interface TaskRun<Plan> {
  readonly lease: TaskLease;
  readonly plan: Plan;
  readonly image: Image;
  readonly terms: UploadTerms;
  readonly progress: ImportProgress;
}

/** Reads bytes that stay where they are, for what is to be known about them. */
@Injectable()
export class ReadInPlace {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(StoredCopies) private readonly copies: StoredCopies,
    @Inject(DataHashRepository) private readonly hashes: DataHashRepository,
    @Inject(MeasuringWriter) private readonly writer: MeasuringWriter,
  ) {}

  /**
   * Looks at what lies at a location, as at an upload, before it is the image's.
   * @throws ImageDataMissing, Unavailable, LocationDataDiffers, or like {@link MeasuringWriter.write}
   */
  async locate(run: TaskRun<LocationPlan>): Promise<ImportOutcome> {
    const { plan, image, progress } = run;
    const { storeId, url, hashAlgorithm, hashValue } = plan;
    const store = this.stores.find(storeId).data;
    const facts = await store.stat(url);
    if (facts === null) throw new ImageDataMissing();
    const data = { chunks: await store.read(url), declaredBytes: facts.bytes, checksum: null };
    const findings = await this.read(run, data, {
      hashAlgorithm,
      promises: await this.writer.promisesOf(image),
    });
    if (hashValue !== null && findings.hashValue !== hashValue) {
      throw new LocationDataDiffers(hashAlgorithm);
    }
    const { diskFormat, containerFormat } = image.attributes;
    return {
      progress: progress.state,
      copies: [{ storeId, key: url, url }],
      failedStoreIds: [],
      findings,
      formats: { diskFormat, containerFormat },
      takenOver: null,
    };
  }

  /**
   * Fills in the hashes that an image lacks. Those that it has must agree with the bytes, and stay.
   * @throws ImageDataMissing, Unavailable, ImportedDataAltered, ImageDataSizeDiffers, TaskLeaseLost
   */
  async hash(run: TaskRun<HashingPlan>): Promise<void> {
    const { image, plan, lease, progress } = run;
    const known = image.attributes;
    if (!image.hasData) throw new ImageDataMissing();
    const data = {
      chunks: await this.copies.openAll(image),
      declaredBytes: known.size,
      checksum: known.checksum,
    };
    const findings = await this.read(run, data, {
      hashAlgorithm: known.hashAlgorithm ?? plan.hashAlgorithm,
      promises: NO_PROMISES,
    });
    const agrees =
      (known.checksum ?? findings.checksum) === findings.checksum &&
      (known.hashValue ?? findings.hashValue) === findings.hashValue;
    if (!agrees) throw new ImportedDataAltered();
    await this.hashes.complete(lease, findings, progress.state);
  }

  private async read(
    { terms, progress }: TaskRun<unknown>,
    data: IncomingData,
    what: { readonly hashAlgorithm: string; readonly promises: DataPromises },
  ): Promise<DataFindings> {
    const { signal } = terms;
    const { hashAlgorithm, promises } = what;
    const { chunks, close } = watched(data, progress, signal);
    try {
      const { declaredBytes } = data;
      const findings = await this.writer.measure(
        { chunks, declaredBytes, ...promises },
        terms,
        hashAlgorithm,
      );
      progress.stored(findings.size);
      return findings;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      close();
    }
  }
}

/** A source that stalls ends with the signal, too. */
function watched(data: IncomingData, progress: ImportProgress, signal: AbortSignal) {
  const source = new WatchedData(data, progress);
  addAbortSignal(signal, data.chunks);
  return {
    chunks: source.chunks,
    close: () => {
      source.close();
    },
  };
}
