import { Inject, Injectable } from '@nestjs/common';
import { ImageDataMissing } from '../../domain/image-data.errors.js';
import type { Image } from '../../domain/image.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import type { IncomingData } from './incoming-data.js';

/** What waits in the staging area for its import. */
@Injectable()
export class StagedSource {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
  ) {}

  /** @throws ImageDataMissing, Unavailable */
  async open(image: Image): Promise<IncomingData> {
    const staged = await this.imports.stagedData(image.attributes.id);
    if (staged === null) throw new ImageDataMissing();
    const chunks = await this.stores.holding(staged.storeId).read(staged.key);
    return { chunks, declaredBytes: staged.size, checksum: staged.checksum };
  }
}
