import { LRUCache } from 'lru-cache';
import { propertiesText } from '../domain/image-properties.js';
import type { Image } from '../domain/image.js';
import { toImage, type ImageRow } from './image.record.js';

/** Tells one version of a row from every other: the transaction that wrote it, and what each write changes. */
export interface RowStamp {
  readonly id: string;
  readonly xmin: string;
  readonly version: number;
  readonly updated_at: Date;
}

export type StampedRow = ImageRow & RowStamp;

/** The stamps of `i`, the rows of a page in its order, in the form of {@link stampOf}; null when there are none. */
export const STAMPS_OF_ROWS = `string_agg(i.id || ' ' || i.xmin::text || ' ' || i.version || ' ' || floor(extract(epoch FROM i.updated_at) * 1000), ',')`;

/** Differs at most from what the database writes, never agrees by mistake: instants before 1970 are not recognised. */
const stampOf = ({ id, xmin, version, updated_at }: RowStamp): string =>
  `${id} ${xmin} ${version} ${updated_at.getTime()}`;

interface KnownPage {
  readonly stamps: string;
  readonly images: readonly Image[];
}

/** Bytes of an image besides its properties, about; and what printing it adds, in multiples of its text. */
const BASE_BYTES = 2000;
const COPIES = 2;

/**
 * Pages as they were read before. None is handed out unless the database has just said that it consists of the same
 * versions of the same rows in the same order (ADR 80, ADR 84). A page that is recognised is the same array each time.
 */
export class KnownPages {
  private readonly pages: LRUCache<string, KnownPage>;

  /** @param maxBytes how much memory they may take, about */
  constructor(maxBytes: number) {
    this.pages = new LRUCache({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ images }) => bytesOfPage(images),
    });
  }

  has(key: string): boolean {
    return this.pages.has(key);
  }

  /** @returns null unless the page is known with these stamps */
  recall(key: string, stamps: string | null): readonly Image[] | null {
    const known = this.pages.get(key);
    return known?.stamps === (stamps ?? '') ? known.images : null;
  }

  learn(key: string, rows: readonly StampedRow[]): readonly Image[] {
    const images = rows.map(toImage);
    this.pages.set(key, { stamps: rows.map(stampOf).join(','), images });
    return images;
  }
}

/** Memory that an image takes, with what is printed of it, about. */
export const bytesOfImage = ({ attributes }: Image): number =>
  BASE_BYTES + COPIES * propertiesText(attributes).length;

/** As {@link bytesOfImage}, of a page. */
export const bytesOfPage = (images: readonly Image[]): number =>
  images.reduce((sum, image) => sum + bytesOfImage(image), BASE_BYTES);
