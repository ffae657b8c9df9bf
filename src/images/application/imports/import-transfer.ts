import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  ImageBytesExceeded,
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
} from '../../domain/image-data.errors.js';
import { ImageSignatureRefused } from '../../domain/image-signature.js';
import { ImportedDataAltered, RemoteDataDiffers } from '../../domain/image-import.errors.js';
import type { ImportPlan } from '../../domain/image-task.js';
import { Image } from '../../domain/image.js';
import { hashesAgree, type RemoteImage } from '../../domain/remote-image.js';
import { newImageDataKey } from '../image-data-key.js';
import { MeasuringWriter, NO_PROMISES, type DataPromises } from '../measuring-writer.js';
import type { DataFindings } from '../ports/image-data.repository.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import {
  ImageImportRepository,
  type ImportOutcome,
  type NewCopy,
} from '../ports/image-import.repository.js';
import type { TaskRun } from './read-in-place.js';
import { UnpackedSource } from './unpacked-source.js';
import { WatchedData } from './watched-data.js';

type Transfer = TaskRun<ImportPlan> & { readonly promises: DataPromises };
type Copy = NewCopy & { readonly findings: DataFindings };

/** Faults of the data, which are the same in every store. */
const DATA_FAULTS = [
  ImageBytesExceeded,
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
  ImageSignatureRefused,
  ImportedDataAltered,
  RemoteDataDiffers,
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
  async run(transfer: TaskRun<ImportPlan>): Promise<ImportOutcome> {
    const { plan, lease, progress } = transfer;
    const takenOver = remoteImageOf(plan);
    const image = describedBy(takenOver, transfer.image);
    const copies: Copy[] = [];
    const failedStoreIds: string[] = [];
    // What is stored already was looked at when it came.
    const isKnown = plan.method === 'copy-image';
    const promises = isKnown ? NO_PROMISES : await this.writer.promisesOf(image);
    let failure: unknown = new ImportedDataAltered();
    for (const storeId of plan.storeIds) {
      const result = await this.tryStore(
        { ...transfer, image, promises },
        storeId,
        copies[0] ?? null,
      );
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
      takenOver,
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
    { plan, promises, terms }: Transfer,
    place: { readonly storeId: string; readonly key: string },
    { data, chunks }: WatchedData,
  ): Promise<Copy> {
    const { declaredBytes, checksum } = data;
    const target = { store: this.stores.writable(place.storeId), key: place.key };
    const stored = await this.writer.write(target, { chunks, declaredBytes, ...promises }, terms);
    if (checksum !== null && stored.findings.checksum !== checksum) throw new ImportedDataAltered();
    const said = remoteImageOf(plan);
    if (said !== null && !hashesAgree(said, stored.findings)) throw new RemoteDataDiffers();
    return { ...place, ...stored };
  }
}

const remoteImageOf = ({ remote = null }: ImportPlan): RemoteImage | null =>
  remote !== null && 'image' in remote ? remote.image : null;

/** The image with the formats that its data has. */
function describedBy(remote: RemoteImage | null, image: Image): Image {
  if (remote === null) return image;
  const { diskFormat, containerFormat } = remote;
  return new Image({ ...image.attributes, diskFormat, containerFormat });
}
