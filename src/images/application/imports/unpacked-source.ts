import { Inject, Injectable } from '@nestjs/common';
import type { Image } from '../../domain/image.js';
import type { ImportPlan } from '../../domain/image-task.js';
import { Decompression } from '../ports/decompression.js';
import type { DataPlace } from '../ports/image-data.repository.js';
import type { RemoteDataOptions } from '../ports/remote-data.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';
import { ImportSource } from './import-source.js';
import type { IncomingData } from './incoming-data.js';

/** What is to be imported, out of its compression where the operator wants that. */
@Injectable()
export class UnpackedSource {
  constructor(
    @Inject(ImportSource) private readonly source: ImportSource,
    @Inject(Decompression) private readonly decompression: Decompression,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  /** @throws like {@link ImportSource.open} */
  async open(plan: ImportPlan, image: Image, options: RemoteDataOptions): Promise<IncomingData> {
    const data = await this.source.open(plan, image, options);
    if (!this.settings.decompress || staysAsItIs(plan, image)) return data;
    const { chunks, wasPacked } = await this.decompression.unpack(data.chunks);
    // What was announced is of the packed bytes; the archive has a checksum of its own.
    return wasPacked ? { chunks, declaredBytes: null, checksum: null } : { ...data, chunks };
  }

  /** Another copy of what this import has stored already. */
  copyOf(
    place: DataPlace,
    facts: { readonly size: bigint; readonly checksum: string },
  ): Promise<IncomingData> {
    return this.source.copyOf(place, facts);
  }
}

/** What is an image already, here or in another region, is what its hashes say. */
const staysAsItIs = ({ method }: ImportPlan, { attributes }: Image): boolean =>
  method === 'copy-image' ||
  method === 'glance-download' ||
  attributes.containerFormat === 'compressed';
