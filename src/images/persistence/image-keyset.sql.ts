import type { SortKey } from '../../kernel/page.js';
import type { SortField } from '../domain/image-list.js';
import type { ImageAttributes } from '../domain/image.js';
import { COLUMN_OF } from './image-columns.js';
import type { SqlParameters } from './sql-parameters.js';

type Order = readonly SortKey<SortField>[];

/** Where the value of a column is read from when not from `images i`, by the column's name. */
export type ColumnSource = Readonly<Partial<Record<string, string>>>;

/** How a statement being built names columns and binds values. */
export interface Writing {
  readonly parameters: SqlParameters;
  readonly source: ColumnSource;
}

const NULLABLE = new Set<SortField>(['name', 'containerFormat', 'diskFormat', 'size']);

/** A plain range of what lies behind a marker. */
export interface KeysetSegment {
  readonly condition: string;
  /** The order within it: the keys in front of these have one value each. */
  readonly order: Order;
}

/**
 * What lies behind a marker in a total order, as disjoint conditions of which each is a plain range. Null
 * counts as greater than every value: last ascending, first descending, as PostgreSQL sorts by default.
 *
 * For `name asc, createdAt asc, id asc` behind (n, c, i): the rest of the same name, `name = n AND
 * (created_at, id) > (c, i)`; the greater names, `name > n`; and the images without a name.
 */
export function keysetSegments(
  order: Order,
  marker: ImageAttributes,
  writing: Writing,
): KeysetSegment[] {
  const segments: KeysetSegment[] = [];
  const prefix: string[] = [];
  for (const [position, key] of order.entries()) {
    const rest = order.slice(position);
    const add = (range: string): void => {
      segments.push({ condition: [...prefix, range].join(' AND '), order: rest });
    };
    if (isRowComparable(rest)) {
      add(rowComparison(rest, marker, writing));
      break;
    }
    beyondValue(key, marker, writing).forEach(add);
    prefix.push(sameValue(key, marker, writing));
  }
  return segments;
}

/** Keys without nulls in one direction compare as a row, which an index serves as one range. */
const isRowComparable = (keys: Order): boolean =>
  keys.every((key) => !NULLABLE.has(key.field) && key.direction === keys[0]?.direction);

function rowComparison(keys: Order, marker: ImageAttributes, writing: Writing): string {
  const columns = keys.map((key) => columnOf(key.field, writing.source)).join(', ');
  const values = keys.map((key) => bindField(key, marker, writing)).join(', ');
  return `(${columns}) ${keys[0]?.direction === 'asc' ? '>' : '<'} (${values})`;
}

/** The ranges of values that sort behind the marker's value of one key. */
function beyondValue(key: SortKey<SortField>, marker: ImageAttributes, writing: Writing): string[] {
  const name = columnOf(key.field, writing.source);
  const isNull = marker[key.field] === null;
  if (key.direction === 'desc') {
    return isNull ? [`${name} IS NOT NULL`] : [`${name} < ${bindField(key, marker, writing)}`];
  }
  if (isNull) return [];
  const greater = `${name} > ${bindField(key, marker, writing)}`;
  return NULLABLE.has(key.field) ? [greater, `${name} IS NULL`] : [greater];
}

function sameValue(key: SortKey<SortField>, marker: ImageAttributes, writing: Writing): string {
  return marker[key.field] === null
    ? `${columnOf(key.field, writing.source)} IS NULL`
    : `${columnOf(key.field, writing.source)} = ${bindField(key, marker, writing)}`;
}

export const columnOf = (field: SortField, source: ColumnSource): string =>
  source[COLUMN_OF[field]] ?? `i.${COLUMN_OF[field]}`;

const bindField = (key: SortKey<SortField>, marker: ImageAttributes, writing: Writing): string =>
  writing.parameters.bind(marker[key.field], key.field === 'id' ? 'uuid' : undefined);
