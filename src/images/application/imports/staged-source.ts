import { Inject, Injectable } from '@nestjs/common';
import { ImageDataMissing } from '../../domain/image-data.errors.js';
import type { Image } from '../../domain/image.js';
import { ImageImportRepository } from '../ports/image-import.repository.js';
import type { IncomingData } from './incoming-data.js';
import { StagedParts } from './staged-parts.js';

/** What waits in the staging area for its import. */
@Injectable()
export class StagedSource {
  constructor(
    @Inject(StagedParts) private readonly parts: StagedParts,
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
  ) {}

  /** @throws ImageDataMissing, Unavailable */
  async open(image: Image): Promise<IncomingData> {
    const [first, ...others] = await this.imports.stagedData(image.attributes.id);
    if (first === undefined) throw new ImageDataMissing();
    return others.length === 0 ? this.parts.open(first) : this.parts.join([first, ...others]);
  }
}
