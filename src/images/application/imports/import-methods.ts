import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest, quote } from '../../../kernel/errors.js';
import { IMPORT_METHODS, type ImportMethod } from '../../domain/image-import.js';
import { ImportMethodNotOffered, StagingNotOffered } from '../../domain/image-import.errors.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import { RemoteData } from '../ports/remote-data.js';
import { RemoteImages } from '../ports/remote-images.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';

/** Which ways of importing this deployment has: those that are enabled and that can work here. */
@Injectable()
export class ImportMethods {
  readonly offered: readonly ImportMethod[];

  constructor(
    @Inject(IMPORT_SETTINGS) { methods }: ImportSettings,
    @Inject(ImageDataStores) { all }: ImageDataStores,
    @Inject(RemoteData) private readonly remote: RemoteData,
    @Inject(RemoteImages) { isConfigured }: RemoteImages,
  ) {
    // With a single store there is nowhere to copy to, and without another region nothing to download from.
    const isPossible = (method: ImportMethod): boolean =>
      (method !== 'copy-image' || all.length > 1) && (method !== 'glance-download' || isConfigured);
    this.offered = IMPORT_METHODS.filter(
      (method) => methods.includes(method) && isPossible(method),
    );
  }

  /** @throws ImportMethodNotOffered */
  require(name: string): ImportMethod {
    const method = this.offered.find((offered) => offered === name);
    if (method === undefined) throw new ImportMethodNotOffered(name);
    return method;
  }

  /** Whether data may be downloaded from there. @throws ImportMethodNotOffered, InvalidRequest */
  async requireDownload(uri: string | null): Promise<string> {
    this.require('web-download');
    if (uri === null) throw new InvalidRequest(`The method ${quote('web-download')} needs a URI.`);
    await this.remote.requirePermitted(uri);
    return uri;
  }

  /** @throws StagingNotOffered */
  requireStaging(): void {
    if (!this.offered.includes('glance-direct')) throw new StagingNotOffered();
  }
}
