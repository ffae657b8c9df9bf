import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/errors.js';
import type { Principal } from '../../../kernel/principal.js';
import type { ImportMethod } from '../../domain/image-import.js';
import { RemoteImageRefused } from '../../domain/image-import.errors.js';
import type { ImportPlan } from '../../domain/image-task.js';
import type { Image } from '../../domain/image.js';
import {
  remoteAddressOf,
  type NamedRemoteImage,
  type RemoteAddress,
  type RemoteImage,
  type RemoteSource,
} from '../../domain/remote-image.js';
import { ImageChangeRules } from '../image-change-rules.js';
import { RemoteImages } from '../ports/remote-images.js';
import { ImportMethods } from './import-methods.js';

/** What a request says about where the data comes from. */
export interface NamedOrigin {
  /** Of `web-download`. */
  readonly uri: string | null;
  /** Of `glance-download`. */
  readonly remote: NamedRemoteImage;
  /** The caller's own, for asking another region with it; it is not kept. */
  readonly token: string | null;
}

type Origin = Pick<ImportPlan, 'uri' | 'remote'>;

/** Decides where the data of an import comes from, and whether the caller may have it from there. */
@Injectable()
export class ImportOrigins {
  constructor(
    @Inject(ImportMethods) private readonly methods: ImportMethods,
    @Inject(RemoteImages) private readonly remoteImages: RemoteImages,
    @Inject(ImageChangeRules) private readonly rules: ImageChangeRules,
  ) {}

  /** @throws ImportMethodNotOffered */
  methodOf(name: string): ImportMethod {
    return this.methods.require(name);
  }

  /**
   * @throws InvalidRequest for a URI that is refused
   * @throws what changing the image would throw, for what is taken over from another region
   */
  async find(
    { uri, remote, token }: NamedOrigin,
    method: ImportMethod,
    { image, principal }: { readonly image: Image; readonly principal: Principal },
  ): Promise<Origin> {
    switch (method) {
      case 'web-download':
        return { uri: await this.methods.requireDownload(uri), remote: null };
      case 'glance-download': {
        const source = await this.ask(remoteAddressOf(remote), token);
        if ('image' in source) this.requireAcceptable(image, source.image, principal);
        return { uri: null, remote: source };
      }
      case 'glance-direct':
      case 'copy-image':
        return { uri: null, remote: null };
    }
  }

  /** What the other region answers is for the task to tell (image-v2 10). */
  private async ask(address: RemoteAddress, token: string | null): Promise<RemoteSource> {
    try {
      if (token === null) throw new RemoteImageRefused('It needs a token in X-Auth-Token.');
      return { address, image: await this.remoteImages.find(address, token) };
    } catch (error) {
      if (error instanceof DomainError) return { refusal: error.message };
      throw error;
    }
  }

  /** The caller could have written all of it by a patch. */
  private requireAcceptable(image: Image, remote: RemoteImage, principal: Principal): void {
    const { diskFormat, containerFormat, properties } = remote;
    const setProperties = Object.entries(properties).map(
      ([name, value]) => ({ kind: 'set-property', name, value }) as const,
    );
    image.apply(
      [{ kind: 'set-attributes', values: { diskFormat, containerFormat } }, ...setProperties],
      this.rules.contextFor(principal),
    );
  }
}
