import { parseLimit, type PageSizes } from '../../api/http/limit.js';
import type { QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ListImagesCommand } from '../application/list-images.js';
import { MEMBER_STATUSES, VISIBILITIES } from '../domain/image-access.js';
import type { ImageFilter } from '../domain/image-list.js';
import { parseFilter } from './list-filters.js';
import { parseSort } from './list-sort.js';

const MAX_TAG_FILTERS = 20;
const MAX_FILTERS = 30;

const CONTROL = new Set([
  'limit',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
  'visibility',
  'member_status',
  'os_hidden',
  'deleted',
]);

/** Query of `GET /v2/images` → command (image-v2 section 6). @throws InvalidRequest */
export function parseListImages(query: QueryParameters, sizes: PageSizes): ListImagesCommand {
  // Of a repeated parameter the last value counts; tags and sort keys are the exceptions.
  const values = new Map(query);
  const tags = query.filter(([name]) => name === 'tag').map(([, tag]) => tag);
  const others = [...values].filter(([name]) => name !== 'tag' && !CONTROL.has(name));
  if (tags.length > MAX_TAG_FILTERS) throw tooMany('tag filters', MAX_TAG_FILTERS);
  if (others.length > MAX_FILTERS) throw tooMany('filters', MAX_FILTERS);
  const visibility = values.get('visibility') ?? null;
  const filters: ImageFilter[] = [
    ...tags.map((tag): ImageFilter => ({ kind: 'tag', tag })),
    ...others.flatMap(([name, value]) => parseFilter(name, value)),
    ...(visibility === '' ? [{ kind: 'nothing' } as const] : []),
  ];
  return {
    ...parseSort(query),
    filters,
    limit: parseLimit(values.get('limit'), sizes),
    marker: values.get('marker') ?? null,
    visibility:
      visibility === null || visibility === ''
        ? null
        : oneOf('visibility', visibility, [...VISIBILITIES, 'all'] as const),
    memberStatus: parseMemberStatus(values.get('member_status')),
    isHidden: parseHidden(values.get('os_hidden')),
  };
}

function parseMemberStatus(text: string | undefined): ListImagesCommand['memberStatus'] {
  if (text === undefined) return 'accepted';
  const status = oneOf('member_status', text, [...MEMBER_STATUSES, 'all'] as const);
  return status === 'all' ? 'any' : status;
}

const parseHidden = (text: string | undefined): boolean =>
  text !== undefined && oneOf('os_hidden', text.toLowerCase(), ['true', 'false']) === 'true';

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new InvalidRequest(`Invalid ${name} ${quote(value)}: use one of ${allowed.join(', ')}.`);
  }
  return found;
}

const tooMany = (what: string, maximum: number): InvalidRequest =>
  new InvalidRequest(`At most ${maximum} ${what} are allowed.`);
