import { Inject, Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { ImportedDataAltered } from '../../domain/image-import.errors.js';
import { DataHashing } from '../ports/data-hashing.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import type { StagedData } from '../ports/image-import.repository.js';
import type { IncomingData } from './incoming-data.js';

/** Reads data in the staging area, whether it was brought at once or in parts. */
@Injectable()
export class StagedParts {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(DataHashing) private readonly hashing: DataHashing,
  ) {}

  /** The reader compares the checksum. @throws ImageDataMissing, Unavailable */
  async open({ storeId, key, size, checksum }: StagedData): Promise<IncomingData> {
    const chunks = await this.stores.holding(storeId).read(key);
    return { chunks, declaredBytes: size, checksum };
  }

  /**
   * One after the other. There is no checksum of the whole, so each part is compared with its own as it passes; the
   * stream fails with ImportedDataAltered, or with what the store throws.
   */
  join(parts: readonly StagedData[]): IncomingData {
    const declaredBytes = parts.reduce((sum, { size }) => sum + size, 0n);
    const chunks = Readable.from(this.chunksOf(parts), { objectMode: false });
    return { chunks, declaredBytes, checksum: null };
  }

  private async *chunksOf(parts: readonly StagedData[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      const { chunks, checksum } = await this.open(part);
      const hash = this.hashing.start(['md5']);
      try {
        for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
          await hash.update(chunk);
          yield chunk;
        }
        if ((await hash.digests()).get('md5') !== checksum) throw new ImportedDataAltered();
      } finally {
        hash.discard();
      }
    }
  }
}
