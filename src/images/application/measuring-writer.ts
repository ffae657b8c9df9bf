import { Inject, Injectable } from '@nestjs/common';
import { ImageDataTooLarge } from '../domain/image-data.errors.js';
import type { Image } from '../domain/image.js';
import type { Expectation } from '../inspection/judgement.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { ImageSignatures } from './image-signatures.js';
import { MeasuredData, type SizeLimit } from './measured-data.js';
import { DataHashing, type DataSignature } from './ports/data-hashing.js';
import type { DataFindings } from './ports/image-data.repository.js';
import type { ImageDataStore } from './ports/image-data-store.js';
import type { StoredData, UploadTerms } from './running-uploads.js';

/** What a record promises of the bytes that are to come. */
export interface DataPromises {
  /** Null: nothing is inspected. */
  readonly expectation: Expectation | null;
  /** Null: nothing is signed. */
  readonly signature: DataSignature | null;
}

/** Of bytes that were looked at before, or will be later. */
export const NO_PROMISES: DataPromises = { expectation: null, signature: null };

export interface DataToWrite extends DataPromises {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that are said to come; other lengths are refused. */
  readonly declaredBytes: bigint | null;
}

/** Writes data into stores, measured on its way: the one path of every byte, however it is brought. */
@Injectable()
export class MeasuringWriter {
  constructor(
    @Inject(DataHashing) private readonly hashing: DataHashing,
    @Inject(ImageSignatures) private readonly signatures: ImageSignatures,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  /** Most bytes of one image. */
  get capBytes(): bigint {
    return BigInt(this.settings.sizeCapBytes);
  }

  /** @throws ImageDataTooLarge */
  requireWithinCap(declaredBytes: bigint | null): void {
    if ((declaredBytes ?? 0n) > this.capBytes) throw new ImageDataTooLarge(this.capBytes);
  }

  /** What the record says of the bytes to come. @throws ImageSignatureRefused, Unavailable */
  async promisesOf(image: Image): Promise<DataPromises> {
    const { diskFormat, containerFormat } = image.attributes;
    const expectation = {
      diskFormat: diskFormat ?? '',
      containerFormat: containerFormat ?? '',
      requireMatch: this.settings.requireFormatMatch,
      rawStrict: this.settings.refuseRichRaw,
    };
    return { expectation, signature: await this.signatures.of(image) };
  }

  /**
   * @throws ImageDataTooLarge, ImageDataSizeDiffers, ImageDataRefused, ImageSignatureRefused, what the terms say, what the store throws,
   * or what the source throws; nothing is stored then
   */
  async write(
    { store, key }: { readonly store: ImageDataStore; readonly key: string },
    data: DataToWrite,
    terms: UploadTerms,
  ): Promise<StoredData> {
    const { declaredBytes } = data;
    const { signal } = terms;
    const { hashAlgorithm } = this.settings;
    const measured = this.measured(data, terms, hashAlgorithm);
    const expected = declaredBytes === null ? {} : { expectedSize: declaredBytes };
    const { location: url } = await store.write(key, measured, { signal, ...expected });
    return { findings: findingsOf(measured), url };
  }

  /**
   * The same for data that stays where it is: it is read to its end and nothing is stored.
   * @throws like {@link write}
   */
  async measure(
    data: DataToWrite,
    terms: UploadTerms,
    hashAlgorithm: string,
  ): Promise<DataFindings> {
    const measured = this.measured(data, terms, hashAlgorithm);
    const passing = measured[Symbol.asyncIterator]();
    try {
      while ((await passing.next()).done !== true) terms.signal.throwIfAborted();
    } finally {
      await passing.return();
    }
    return findingsOf(measured);
  }

  private measured(
    { chunks, ...promises }: DataToWrite,
    terms: UploadTerms,
    hashAlgorithm: string,
  ): MeasuredData {
    const limit = this.sizeLimit(terms);
    return new MeasuredData(chunks, this.hashing, { ...promises, hashAlgorithm, limit });
  }

  /** The smaller of the two, with the reason that goes with it. */
  private sizeLimit({ quotaBytes, quotaExceeded }: UploadTerms): SizeLimit {
    const { capBytes } = this;
    return quotaBytes !== null && quotaBytes < capBytes
      ? { maxBytes: quotaBytes, exceeded: quotaExceeded }
      : { maxBytes: capBytes, exceeded: () => new ImageDataTooLarge(capBytes) };
  }
}

function findingsOf({ result }: MeasuredData): DataFindings {
  const { bytes: size, ...findings } = result;
  return { size, ...findings };
}
