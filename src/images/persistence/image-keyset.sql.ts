import type { SortKey } from '../../kernel/page.js';
import type { SortField } from '../domain/image-list.js';
import type { ImageAttributes } from '../domain/image.js';
import { COLUMN_OF } from './image-columns.js';
import type { SqlParameters } from './sql-parameters.js';

type Order = readonly SortKey<SortField>[];

const NULLABLE = new Set<SortField>(['name', 'containerFormat', 'diskFormat', 'size']);

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
  parameters: SqlParameters,
): string[] {
  const segments: string[] = [];
  const prefix: string[] = [];
  for (const [position, key] of order.entries()) {
    const rest = order.slice(position);
    if (isRowComparable(rest)) {
      segments.push([...prefix, rowComparison(rest, marker, parameters)].join(' AND '));
      break;
    }
    for (const beyond of beyondValue(key, marker, parameters)) {
      segments.push([...prefix, beyond].join(' AND '));
    }
    prefix.push(sameValue(key, marker, parameters));
  }
  return segments;
}

/** Keys without nulls in one direction compare as a row, which an index serves as one range. */
const isRowComparable = (keys: Order): boolean =>
  keys.every((key) => !NULLABLE.has(key.field) && key.direction === keys[0]?.direction);

function rowComparison(keys: Order, marker: ImageAttributes, parameters: SqlParameters): string {
  const columns = keys.map((key) => column(key)).join(', ');
  const values = keys.map((key) => bindField(key, marker, parameters)).join(', ');
  return `(${columns}) ${keys[0]?.direction === 'asc' ? '>' : '<'} (${values})`;
}

/** The ranges of values that sort behind the marker's value of one key. */
function beyondValue(
  key: SortKey<SortField>,
  marker: ImageAttributes,
  parameters: SqlParameters,
): string[] {
  const name = column(key);
  const isNull = marker[key.field] === null;
  if (key.direction === 'desc') {
    return isNull ? [`${name} IS NOT NULL`] : [`${name} < ${bindField(key, marker, parameters)}`];
  }
  if (isNull) return [];
  const greater = `${name} > ${bindField(key, marker, parameters)}`;
  return NULLABLE.has(key.field) ? [greater, `${name} IS NULL`] : [greater];
}

function sameValue(
  key: SortKey<SortField>,
  marker: ImageAttributes,
  parameters: SqlParameters,
): string {
  return marker[key.field] === null
    ? `${column(key)} IS NULL`
    : `${column(key)} = ${bindField(key, marker, parameters)}`;
}

const column = (key: SortKey<SortField>): string => `i.${COLUMN_OF[key.field]}`;

const bindField = (
  key: SortKey<SortField>,
  marker: ImageAttributes,
  parameters: SqlParameters,
): string => parameters.bind(marker[key.field], key.field === 'id' ? 'uuid' : undefined);
