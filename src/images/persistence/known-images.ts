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

interface Known {
  readonly stamp: RowStamp;
  readonly image: Image;
}

/** Bytes of an image besides its properties, about; and what printing it adds, in multiples of its text. */
const BASE_BYTES = 2000;
const COPIES = 2;

/**
 * Images as they were read before. None is handed out unless the database has just said that its row is still the
 * same version of the row (ADR 80).
 */
export class KnownImages {
  private readonly images: LRUCache<string, Known>;

  /** @param maxBytes how much memory they may take, about */
  constructor(maxBytes: number) {
    this.images = new LRUCache({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ image: { attributes } }) =>
        BASE_BYTES + COPIES * propertiesText(attributes).length,
    });
  }

  /** @returns null unless all of them are known in these versions */
  recall(stamps: readonly RowStamp[]): Image[] | null {
    const images: Image[] = [];
    for (const stamp of stamps) {
      const image = this.find(stamp);
      if (image === null) return null;
      images.push(image);
    }
    return images;
  }

  /** The images of the rows; those that are known already are the same objects. */
  learn(rows: readonly StampedRow[]): Image[] {
    return rows.map((row) => this.find(row) ?? this.add(row));
  }

  private find(stamp: RowStamp): Image | null {
    const known = this.images.get(stamp.id);
    return known !== undefined && isSame(known.stamp, stamp) ? known.image : null;
  }

  private add(row: StampedRow): Image {
    const { id, xmin, version, updated_at } = row;
    const image = toImage(row);
    this.images.set(id, { stamp: { id, xmin, version, updated_at }, image });
    return image;
  }
}

const isSame = (one: RowStamp, other: RowStamp): boolean =>
  one.xmin === other.xmin &&
  one.version === other.version &&
  one.updated_at.getTime() === other.updated_at.getTime();
