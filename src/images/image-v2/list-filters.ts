import { parseIsoInstant } from '../../api/http/iso-instant.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import { normalizeImageId } from '../domain/image-id.js';
import type { ImageFilter, NumberField, TextField } from '../domain/image-list.js';
import { splitQuotedList } from '../../api/http/quoted-list.js';

type FilterParser = (name: string, value: string) => ImageFilter[];

const NOTHING: ImageFilter = { kind: 'nothing' };
const MAX_IN_VALUES = 1000;
const MAX_BIGINT = 2n ** 63n - 1n;

const NUMBER_FIELDS: Readonly<Record<string, NumberField>> = {
  size: 'size',
  virtual_size: 'virtualSize',
  min_disk: 'minDisk',
  min_ram: 'minRam',
};

/** The parser of each base field; every other name is an additional property. */
const PARSERS: Readonly<Record<string, FilterParser>> = {
  id: (_name, value) => idFilter(value),
  name: (name, value) => [{ kind: 'text', field: 'name', anyOf: operands(name, value) }],
  status: (name, value) => [{ kind: 'text', field: 'status', anyOf: operands(name, value) }],
  disk_format: (name, value) => [
    { kind: 'text', field: 'diskFormat', anyOf: operands(name, value) },
  ],
  container_format: (name, value) => [
    { kind: 'text', field: 'containerFormat', anyOf: operands(name, value) },
  ],
  owner: exactText('owner'),
  checksum: exactText('checksum'),
  os_hash_algo: exactText('hashAlgorithm'),
  os_hash_value: exactText('hashValue'),
  created_at: (_name, value) => instantFilter('createdAt', value),
  updated_at: (_name, value) => instantFilter('updatedAt', value),
  protected: (_name, value) => protectedFilter(value),
  'changes-since': () => {
    throw new InvalidRequest("The filter 'changes-since' is not part of this API: use updated_at.");
  },
  ...Object.fromEntries(
    Object.entries(NUMBER_FIELDS).flatMap(([name, field]): [string, FilterParser][] => [
      [name, (_name, value) => exactNumber(field, value)],
      [`${name}_min`, (key, value) => [{ kind: 'number', field, from: wholeNumber(key, value) }]],
      [`${name}_max`, (key, value) => [{ kind: 'number', field, to: wholeNumber(key, value) }]],
    ]),
  ),
};

/** One query parameter that is no control parameter → conditions (image-v2 6.1). @throws InvalidRequest */
export function parseFilter(name: string, value: string): ImageFilter[] {
  const parser = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  return parser?.(name, value) ?? [{ kind: 'property', name, value }];
}

function exactText(field: TextField): FilterParser {
  return (_name, value) => [{ kind: 'text', field, anyOf: [value] }];
}

/** `x`, `eq:x`, `in:a,b,"c,d"`; any other word before a colon is an operator that does not exist. */
function operands(name: string, value: string): string[] {
  const colon = value.indexOf(':');
  if (colon < 0) return [value];
  const operator = value.slice(0, colon);
  const rest = value.slice(colon + 1);
  if (operator === 'eq') return [rest];
  if (operator !== 'in') {
    throw new InvalidRequest(`Filter ${name} has no operator ${quote(operator)}: use eq or in.`);
  }
  const values = splitQuotedList(rest);
  if (values.length > MAX_IN_VALUES) {
    throw new InvalidRequest(`At most ${MAX_IN_VALUES} values may follow 'in:'.`);
  }
  return values;
}

/** What is no UUID is the id of no image. */
function idFilter(value: string): ImageFilter[] {
  const ids = operands('id', value).flatMap((id) => normalizeImageId(id) ?? []);
  return ids.length === 0 ? [NOTHING] : [{ kind: 'text', field: 'id', anyOf: ids }];
}

function exactNumber(field: NumberField, value: string): ImageFilter[] {
  if (!/^\d{1,19}$/.test(value)) return [NOTHING];
  return [{ kind: 'number', field, from: BigInt(value), to: BigInt(value) }];
}

function wholeNumber(name: string, value: string): bigint {
  if (!/^[+-]?\d{1,30}$/.test(value)) {
    throw new InvalidRequest(`Filter ${name} must be a whole number.`);
  }
  const number = BigInt(value.replace(/^\+/, ''));
  return number > MAX_BIGINT ? MAX_BIGINT : number;
}

function protectedFilter(value: string): ImageFilter[] {
  if (value !== 'true' && value !== 'false') {
    throw new InvalidRequest("Filter protected must be 'true' or 'false'.");
  }
  return [{ kind: 'flag', field: 'isProtected', value: value === 'true' }];
}

const SECOND = 1000;

interface Bounds {
  readonly from?: Date;
  readonly before?: Date;
  readonly negated?: true;
}

/** An instant on the scale of whole seconds that clients see. */
interface SecondsView {
  readonly isWhole: boolean;
  readonly ceiling: Date;
  /** The second after the one that the instant lies in. */
  readonly next: Date;
  readonly floor: Date;
}

/** Null: nothing matches. */
const INSTANT_OPERATORS: Readonly<Record<string, (seconds: SecondsView) => Bounds | null>> = {
  eq: ({ isWhole, floor, next }) => (isWhole ? { from: floor, before: next } : null),
  neq: ({ isWhole, floor, next }) => (isWhole ? { from: floor, before: next, negated: true } : {}),
  gt: ({ next }) => ({ from: next }),
  gte: ({ ceiling }) => ({ from: ceiling }),
  lt: ({ ceiling }) => ({ before: ceiling }),
  lte: ({ next }) => ({ before: next }),
};

/**
 * Conditions compare what clients see, which is whole seconds: `eq:…:05Z` holds for the whole second, and
 * `gt:` begins with the next one.
 */
function instantFilter(field: 'createdAt' | 'updatedAt', text: string): ImageFilter[] {
  const [, operator = 'eq', operand = text] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  const instant = parseIsoInstant(operand);
  if (instant === null) throw new InvalidRequest(`${quote(text)} is not an ISO 8601 date.`);
  const boundsOf = Object.hasOwn(INSTANT_OPERATORS, operator)
    ? INSTANT_OPERATORS[operator]
    : undefined;
  if (boundsOf === undefined) {
    throw new InvalidRequest(`Filters on dates have no operator ${quote(operator)}.`);
  }
  const bounds = boundsOf(inSeconds(instant));
  return bounds === null ? [NOTHING] : [{ kind: 'instant', field, ...bounds }];
}

function inSeconds(instant: Date): SecondsView {
  const floor = new Date(Math.floor(instant.getTime() / SECOND) * SECOND);
  const next = new Date(floor.getTime() + SECOND);
  const isWhole = floor.getTime() === instant.getTime();
  return { isWhole, floor, next, ceiling: isWhole ? floor : next };
}
