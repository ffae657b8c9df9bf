import { Inject, Injectable } from '@nestjs/common';
import { DomainError, InvalidRequest } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { LocationChange, LocationRules } from '../domain/image-locations.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { isWritable } from './ports/image-data-store.js';
import type { DataPlace, DataQuotas, ImageLocation } from './ports/image-data.repository.js';
import { ImageDataStores, type StoreEntry } from './ports/image-data-stores.js';

/** Bytes at each URL. */
export type Sizes = ReadonlyMap<string, bigint>;

/**
 * Data that lies on web servers, by the URL that a user gave. Only those of the read-only http store are taken, so
 * that nobody gets at what a store holds for others (S-32); reading them obeys the rules for all URLs of users.
 */
@Injectable()
export class RemoteLocations {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  get quotas(): DataQuotas {
    return this.settings.quotas;
  }

  /** Are the bytes read, for their hashes and for what is said about them? */
  get isHashed(): boolean {
    return this.settings.hashLocations;
  }

  rulesFor(principal: Principal, sizes: Sizes): LocationRules {
    return {
      quota: this.settings.locationQuota,
      hashAlgorithm: this.settings.hashAlgorithm,
      mayRemove: principal.isAdmin,
      sizeOf: (url) => sizes.get(url) ?? 0n,
    };
  }

  /** Asks for the sizes of what is new. @throws InvalidRequest for a URL that is not allowed or tells no size */
  async measure(changes: readonly LocationChange[], known: Sizes): Promise<Sizes> {
    const sizes = new Map(known);
    for (const url of changes.flatMap(urlsOf)) {
      if (!sizes.has(url) && isRemote(url)) sizes.set(url, await this.sizeAt(url));
    }
    return sizes;
  }

  /** Is there a store for data that lies at such a URL? @throws InvalidRequest for what is no URL or has credentials */
  serves(url: string): boolean {
    return isRemote(url) && this.stores.all.some(isHttp);
  }

  /** Where the data behind a URL is for the service. */
  place(imageId: string, url: string): ImageLocation {
    if (!isRemote(url)) throw new InvalidRequest('A new location must be an http or https URL.');
    return { imageId, storeId: this.store().id, key: url, url, metadata: {} };
  }

  /** Is the data there ours to remove? */
  isOurs({ storeId }: DataPlace): boolean {
    return isWritable(this.stores.find(storeId).data);
  }

  private async sizeAt(url: string): Promise<bigint> {
    const facts = await this.store()
      .data.stat(url)
      .catch((error: unknown) => {
        // Who is not there, may not be asked or does not answer is told in one sentence (S-57).
        if (error instanceof DomainError && error.kind === 'unavailable') return null;
        throw error;
      });
    if (facts !== null && facts.bytes > 0n) return facts.bytes;
    throw new InvalidRequest('The size of the data at the location cannot be learnt.');
  }

  private store(): StoreEntry {
    const store = this.stores.all.find(isHttp);
    if (store === undefined) throw new InvalidRequest('No store serves URLs of this scheme.');
    return store;
  }
}

const isHttp = ({ type }: StoreEntry): boolean => type === 'http';

function urlsOf(change: LocationChange): string[] {
  if (change.kind === 'add-location') return [change.location.url];
  return change.kind === 'replace-locations' ? change.locations.map(({ url }) => url) : [];
}

function isRemote(text: string): boolean {
  if (!URL.canParse(text)) throw new InvalidRequest('The url of a location must be absolute.');
  const { username, password, protocol } = new URL(text);
  if (username !== '' || password !== '') {
    throw new InvalidRequest('The url of a location must not contain credentials.');
  }
  return protocol === 'http:' || protocol === 'https:';
}
