import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, quote } from '../../../kernel/errors.js';
import type { ImportMethod } from '../../domain/image-import.js';
import type { Image } from '../../domain/image.js';
import { ImageDataRepository } from '../ports/image-data.repository.js';
import { ImageDataStores } from '../ports/image-data-stores.js';

/** What a request says about where data is to go. */
export interface StoreWishes {
  /** `stores`, in the order given; null when it is absent. */
  readonly storeIds: readonly string[] | null;
  /** `X-Image-Meta-Store`. */
  readonly headerStoreId: string | null;
  /** Null: not said, which means false. */
  readonly allStores: boolean | null;
  /** Null: not said, which means true. */
  readonly mustAllSucceed: boolean | null;
}

/** Decides which stores an import goes to (image-v2 2.9). */
@Injectable()
export class TargetStores {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(ImageDataRepository) private readonly data: ImageDataRepository,
  ) {}

  /**
   * Each once; none when all have the image already. With a single store whatever is named is that one.
   * @throws Conflict for an unknown store or one that takes no data
   * @throws InvalidRequest for wishes that contradict each other, and for copies that are there already
   */
  async choose(
    wishes: StoreWishes,
    method: ImportMethod,
    image: Image,
  ): Promise<readonly string[]> {
    const targets = this.wished(wishes);
    if (method !== 'copy-image') return targets;
    const locations = await this.data.locations(image.attributes.id);
    const present = new Set(locations.map(({ storeId }) => storeId));
    const missing = targets.filter((storeId) => !present.has(storeId));
    if (wishes.allStores !== true && missing.length < targets.length) {
      throw new InvalidRequest('The image has data in one of these stores already.');
    }
    return missing;
  }

  private wished(wishes: StoreWishes): readonly string[] {
    const { all, defaultId } = this.stores;
    if (all.length === 1) {
      // openstackclient writes out both, as false, when it is told nothing about stores.
      if (wishes.mustAllSucceed === false && wishes.allStores !== false) {
        throw new InvalidRequest('all_stores_must_succeed needs several stores; there is one.');
      }
      return [defaultId];
    }
    const writable = all.filter(({ isReadOnly }) => !isReadOnly).map(({ id }) => id);
    const named = namedStores(wishes);
    requireWritable(named, writable);
    requireOneWay(wishes);
    if (wishes.allStores === true) return writable;
    return named.length === 0 ? [defaultId] : [...new Set(named)];
  }
}

const namedStores = ({ storeIds, headerStoreId }: StoreWishes): readonly string[] =>
  storeIds ?? (headerStoreId === null ? [] : [headerStoreId]);

function requireWritable(named: readonly string[], writable: readonly string[]): void {
  const other = named.find((storeId) => !writable.includes(storeId));
  if (other === undefined) return;
  throw new Conflict(`The store ${quote(other)} does not exist or takes no data.`);
}

function requireOneWay({ storeIds, headerStoreId, allStores }: StoreWishes): void {
  const ways = [storeIds !== null, headerStoreId !== null, allStores === true];
  if (ways.filter(Boolean).length <= 1) return;
  throw new InvalidRequest('Use one of stores, all_stores and X-Image-Meta-Store.');
}
