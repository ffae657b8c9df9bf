import type { QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { SortDirection, SortKey } from '../../kernel/page.js';
import type { SortField } from '../domain/image-list.js';

const FIELD_OF_KEY: Readonly<Record<string, SortField>> = {
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  size: 'size',
  id: 'id',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};
const MAX_SORT_KEYS = 10;
const DEFAULT_DIRECTION: SortDirection = 'desc';

export interface ParsedSort {
  readonly sort: readonly SortKey<SortField>[];
  /** The single given direction, else descending. */
  readonly tieBreak: SortDirection;
}

/** `sort=key:dir,…`, or `sort_key` and `sort_dir` repeated (image-v2 6.2). @throws InvalidRequest */
export function parseSort(query: QueryParameters): ParsedSort {
  const sort = valuesOf(query, 'sort');
  const keys = valuesOf(query, 'sort_key');
  const directions = valuesOf(query, 'sort_dir');
  if (sort.length > 0 && keys.length + directions.length > 0) {
    throw new InvalidRequest('The old and the new sort syntax cannot be combined.');
  }
  if (sort.length > 0) return parseCombined(sort.at(-1) ?? '');
  return parseSeparate(keys, directions);
}

const valuesOf = (query: QueryParameters, wanted: string): string[] =>
  query.filter(([name]) => name === wanted).map(([, value]) => value.trim());

function parseCombined(text: string): ParsedSort {
  const pairs = text.split(',').map((pair) => {
    const [key = '', direction, ...rest] = pair.split(':').map((part) => part.trim());
    if (rest.length > 0) throw new InvalidRequest(`The sort key ${quote(pair)} is malformed.`);
    return { key, direction: direction ?? DEFAULT_DIRECTION };
  });
  return toSort(
    pairs.map(({ key }) => key),
    pairs.map(({ direction }) => direction),
  );
}

function parseSeparate(keys: readonly string[], directions: readonly string[]): ParsedSort {
  const sortKeys = keys.length === 0 ? ['created_at'] : keys;
  if (directions.length > 1 && directions.length !== sortKeys.length) {
    throw new InvalidRequest('Give one sort_dir for all sort keys, or one for each.');
  }
  const all =
    directions.length > 1 ? directions : sortKeys.map(() => directions[0] ?? DEFAULT_DIRECTION);
  const parsed = toSort(sortKeys, all);
  return directions.length === 1
    ? { ...parsed, tieBreak: parsed.sort[0]?.direction ?? 'desc' }
    : parsed;
}

function toSort(keys: readonly string[], directions: readonly string[]): ParsedSort {
  if (keys.length > MAX_SORT_KEYS) {
    throw new InvalidRequest(`At most ${MAX_SORT_KEYS} sort keys are allowed.`);
  }
  const sort = keys.map((key, index) => ({
    field: fieldOf(key),
    direction: directionOf(directions[index] ?? ''),
  }));
  return { sort, tieBreak: sort.length === 1 ? (sort[0]?.direction ?? 'desc') : 'desc' };
}

function fieldOf(key: string): SortField {
  const field = Object.hasOwn(FIELD_OF_KEY, key) ? FIELD_OF_KEY[key] : undefined;
  if (field === undefined) {
    const allowed = Object.keys(FIELD_OF_KEY).join(', ');
    throw new InvalidRequest(`Invalid sort key ${quote(key)}: use one of ${allowed}.`);
  }
  return field;
}

function directionOf(text: string): SortDirection {
  if (text !== 'asc' && text !== 'desc') {
    throw new InvalidRequest(`Invalid sort direction ${quote(text)}: use asc or desc.`);
  }
  return text;
}
