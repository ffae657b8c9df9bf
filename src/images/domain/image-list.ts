import type { SortDirection, SortKey } from '../../kernel/page.js';

/** Sort keys that both nulls and ties are defined for: null counts as greater than every value. */
export const SORT_FIELDS = [
  'name',
  'status',
  'containerFormat',
  'diskFormat',
  'size',
  'id',
  'createdAt',
  'updatedAt',
] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export type TextField =
  | 'id'
  | 'name'
  | 'owner'
  | 'status'
  | 'visibility'
  | 'diskFormat'
  | 'containerFormat'
  | 'checksum'
  | 'hashAlgorithm'
  | 'hashValue';

export type NumberField = 'size' | 'virtualSize' | 'minDisk' | 'minRam';

/** One condition; the conditions of a query are AND-ed. Null values never match. */
export type ImageFilter =
  | { readonly kind: 'text'; readonly field: TextField; readonly anyOf: readonly string[] }
  | {
      readonly kind: 'number';
      readonly field: NumberField;
      readonly from?: bigint;
      readonly to?: bigint;
    }
  /** From `from` (inclusive) to `before` (exclusive), either may be open; `negated` is everything outside. */
  | {
      readonly kind: 'instant';
      readonly field: 'createdAt' | 'updatedAt';
      readonly from?: Date;
      readonly before?: Date;
      readonly negated?: true;
    }
  | { readonly kind: 'flag'; readonly field: 'isProtected' | 'isHidden'; readonly value: boolean }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'property'; readonly name: string; readonly value: string }
  | { readonly kind: 'nothing' };

export interface ImageListQuery {
  readonly filters: readonly ImageFilter[];
  /** As asked for, without the tie-breakers that {@link totalOrder} adds. */
  readonly sort: readonly SortKey<SortField>[];
  readonly tieBreak: SortDirection;
  /** Lists leave killed images out, unless a dialect asks for them. */
  readonly withKilled?: true;
  /** Page size, 0 to the configured maximum. */
  readonly limit: number;
}

/** Appends `createdAt` and `id`, so that no two images compare equal (image-v2 6.2). */
export function totalOrder(
  query: Pick<ImageListQuery, 'sort' | 'tieBreak'>,
): readonly SortKey<SortField>[] {
  const keys = [...query.sort];
  for (const field of ['createdAt', 'id'] as const) {
    if (!keys.some((key) => key.field === field)) keys.push({ field, direction: query.tieBreak });
  }
  return keys.slice(0, keys.findIndex((key) => key.field === 'id') + 1);
}
