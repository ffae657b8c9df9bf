export type SortDirection = 'asc' | 'desc';

export interface SortKey<Field extends string> {
  readonly field: Field;
  readonly direction: SortDirection;
}

/** One page of a keyset-paged list. `isFull` tells that as many rows came back as were asked for. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly isFull: boolean;
}
