import { parseIsoInstant } from '../../api/http/iso-instant.js';
import type { QueryParameters } from '../../api/http/query-string.js';
import { splitQuotedList } from '../../api/http/quoted-list.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ListImagesCommand } from '../application/list-images.js';
import type { ImageFilter } from '../domain/image-list.js';
import { INTERNAL_PREFIX } from '../domain/image-properties.js';
import { IMAGE_STATUSES } from '../domain/image-status.js';
import { COMPUTE_STATUS } from './image.representation.js';

export interface ComputeListRequest {
  readonly command: ListImagesCommand;
  /** The parameters that mean something here, each once: what a link to the next page repeats. */
  readonly known: QueryParameters;
}

type FilterParser = (value: string, name: string) => ImageFilter | null;

const NOTHING: ImageFilter = { kind: 'nothing' };
const PROPERTY_PREFIX = 'property-';
const MAX_IN_VALUES = 1000;
const MAX_PROPERTY_FILTERS = 30;

/** Query of R5 and R6 (compute-v2.1 section 9); null is a parameter that only gets checked. */
const PARSERS: Readonly<Record<string, FilterParser>> = {
  name: nameFilter,
  status: statusFilter,
  server: (value) => property('instance_uuid', value.slice(value.lastIndexOf('/') + 1)),
  type: (value) => property('image_type', value),
  minRam: (value, name) => exactly('minRam', wholeNumber(value, name)),
  minDisk: (value, name) => exactly('minDisk', wholeNumber(value, name)),
  'changes-since': changedSince,
  limit: pageSize,
  page_size: pageSize,
  offset: pageSize,
  marker: () => null,
};

/**
 * Every value of a repeated parameter is checked and the last one counts; unknown parameters are ignored.
 * @param maxLimit the page size without a limit, and its upper bound
 * @throws InvalidRequest
 */
export function parseComputeList(query: QueryParameters, maxLimit: number): ComputeListRequest {
  const filters = new Map<string, ImageFilter | null>();
  const known = new Map<string, string>();
  for (const [name, value] of query) {
    const parser = parserOf(name);
    if (parser === null) continue;
    filters.set(name, parser(value, name));
    known.set(name, value);
  }
  if (filters.size > Object.keys(PARSERS).length + MAX_PROPERTY_FILTERS) {
    throw new InvalidRequest(`At most ${MAX_PROPERTY_FILTERS} property filters are allowed.`);
  }
  const status = filters.get('status');
  const command: ListImagesCommand = {
    filters: [...filters.values()].filter((filter) => filter !== null),
    // Killed images are listed for whoever asks for ERROR, and only then (section 9).
    ...(status?.kind === 'text' && status.anyOf.includes('killed') && { withKilled: true }),
    sort: [{ field: 'createdAt', direction: 'desc' }],
    tieBreak: 'desc',
    limit: Math.min(Number(known.get('limit') ?? maxLimit), maxLimit),
    marker: known.get('marker') ?? null,
    visibility: null,
    memberStatus: 'accepted',
    isHidden: false,
  };
  return { command, known: [...known] };
}

function parserOf(name: string): FilterParser | null {
  if (Object.hasOwn(PARSERS, name)) return PARSERS[name] ?? null;
  const isProperty = name.startsWith(PROPERTY_PREFIX) && name.length > PROPERTY_PREFIX.length;
  return isProperty ? (value) => property(name.slice(PROPERTY_PREFIX.length), value) : null;
}

/** The service's own properties are hidden, so no image matches by one. */
function property(name: string, value: string): ImageFilter {
  return name.startsWith(INTERNAL_PREFIX) ? NOTHING : { kind: 'property', name, value };
}

function nameFilter(value: string): ImageFilter {
  if (!value.startsWith('in:')) return { kind: 'text', field: 'name', anyOf: [value] };
  const names = splitQuotedList(value.slice('in:'.length));
  if (names.length > MAX_IN_VALUES) {
    throw new InvalidRequest(`At most ${MAX_IN_VALUES} values may follow 'in:'.`);
  }
  return { kind: 'text', field: 'name', anyOf: names };
}

/** A Compute status stands for all native ones that are shown as it; native words are accepted too. */
function statusFilter(value: string): ImageFilter {
  const asCompute = IMAGE_STATUSES.filter(
    (status) => COMPUTE_STATUS[status] === value.toUpperCase(),
  );
  const asNative = IMAGE_STATUSES.filter((status) => status === value.toLowerCase());
  const anyOf = asCompute.length > 0 ? asCompute : asNative;
  return anyOf.length === 0 ? NOTHING : { kind: 'text', field: 'status', anyOf };
}

/** Nova compares for equality, whatever the names promise. */
const exactly = (field: 'minRam' | 'minDisk', value: bigint): ImageFilter => ({
  kind: 'number',
  field,
  from: value,
  to: value,
});

function wholeNumber(value: string, name: string): bigint {
  if (!/^-?\d{1,30}$/.test(value)) {
    throw new InvalidRequest(`The parameter ${name} must be a whole number.`);
  }
  return BigInt(value);
}

function changedSince(value: string, name: string): ImageFilter {
  const from = parseIsoInstant(value);
  if (from === null) {
    throw new InvalidRequest(`The parameter ${name} is not an ISO 8601 date: ${quote(value)}.`);
  }
  return { kind: 'instant', field: 'updatedAt', from };
}

function pageSize(value: string, name: string): null {
  if (!/^\d{1,30}$/.test(value) || Number(value) === 0) {
    throw new InvalidRequest(`The parameter ${name} must be a whole number of at least 1.`);
  }
  return null;
}
