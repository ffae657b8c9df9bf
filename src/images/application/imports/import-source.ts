import { Inject, Injectable } from '@nestjs/common';
import type { Image } from '../../domain/image.js';
import { RemoteImageRefused } from '../../domain/image-import.errors.js';
import type { ImportPlan } from '../../domain/image-task.js';
import type { RemoteSource } from '../../domain/remote-image.js';
import type { DataPlace } from '../ports/image-data.repository.js';
import { RemoteData, type RemoteDataOptions } from '../ports/remote-data.js';
import { RemoteImages } from '../ports/remote-images.js';
import { StoredCopies } from '../stored-copies.js';
import type { IncomingData } from './incoming-data.js';
import { StagedSource } from './staged-source.js';

/** Opens what is to be imported, as often as it is needed. */
@Injectable()
export class ImportSource {
  constructor(
    @Inject(RemoteData) private readonly remote: RemoteData,
    @Inject(RemoteImages) private readonly remoteImages: RemoteImages,
    @Inject(StagedSource) private readonly staged: StagedSource,
    @Inject(StoredCopies) private readonly copies: StoredCopies,
  ) {}

  /** @throws ImageDataMissing, Unavailable, or what fetching from elsewhere throws */
  open(plan: ImportPlan, image: Image, options: RemoteDataOptions): Promise<IncomingData> {
    switch (plan.method) {
      case 'glance-direct':
        return this.staged.open(image);
      case 'web-download':
        return this.fetched(plan.uri ?? '', options);
      case 'glance-download':
        return this.fetchedFrom(plan.remote ?? null, options);
      case 'copy-image':
        return this.stored(image);
    }
  }

  /** Another copy of what this import has stored already. */
  async copyOf(
    place: DataPlace,
    { size, checksum }: { readonly size: bigint; readonly checksum: string },
  ): Promise<IncomingData> {
    const whole = { locations: [place], size, prefer: [], range: null };
    return { chunks: await this.copies.open(whole), declaredBytes: size, checksum };
  }

  private async fetched(uri: string, options: RemoteDataOptions): Promise<IncomingData> {
    const { body, bytes } = await this.remote.get(uri, options);
    return { chunks: body, declaredBytes: bytes, checksum: null };
  }

  private async fetchedFrom(
    source: RemoteSource | null,
    options: RemoteDataOptions,
  ): Promise<IncomingData> {
    if (source === null || 'refusal' in source) {
      throw new RemoteImageRefused(source?.refusal ?? 'Nothing was said about the other region.');
    }
    const { address, image } = source;
    const { body } = await this.remoteImages.open(address, image, options);
    return { chunks: body, declaredBytes: BigInt(image.sizeBytes), checksum: null };
  }

  private async stored(image: Image): Promise<IncomingData> {
    const { size: declaredBytes, checksum } = image.attributes;
    return { chunks: await this.copies.openAll(image), declaredBytes, checksum };
  }
}
