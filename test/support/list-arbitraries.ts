import fc from 'fast-check';
import { MEMBER_STATUSES, VISIBILITIES } from '../../src/images/domain/image-access.js';
import { IMAGE_STATUSES } from '../../src/images/domain/image-status.js';
import type { ModelCaller, ModelImage, ModelOrder, ModelQuery } from './list-model.js';

/** Few values of each kind, so that images tie and filters match; the odd ones are what breaks quoting. */
const TENANTS = ['t1', 't2', 't3'];
const NAMES = [
  'a',
  'b',
  'B',
  'ab',
  '',
  'a:b',
  'x,y',
  '"q"',
  'back\\slash',
  '%',
  '_',
  'ﬀ',
  '🐧',
  "it's",
];
const FORMATS = ['raw', 'qcow2', 'iso'];
const CONTAINERS = ['bare', 'ovf'];
const SIZES = [0n, 1n, 5n, 6n, 2n ** 53n + 1n, 2n ** 54n + 1n];
const MINIMUMS = [0, 1, 2, 2_147_483_647];
const TAGS = ['x', 'y', 'X', 'x y', '100%'];
const KEYS = ['os', 'a:b', '__proto__', 'p q'];
const VALUES = ['1', '2', '', "it's", '🐧'];
const INSTANTS = [
  '1969-12-31T23:59:59.500Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-01T00:00:00.999Z',
  '2026-01-01T00:00:01.000Z',
  '2026-06-30T12:00:00.123Z',
].map((text) => new Date(text));

const orNull = <T>(values: readonly T[]) => fc.constantFrom(...values, null);
const dictionary = <T>(keys: readonly string[], value: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), value), { selector: ([key]) => key })
    .map((entries): Record<string, T> => Object.fromEntries(entries));

const image: fc.Arbitrary<ModelImage> = fc.record({
  id: fc.uuid(),
  owner: orNull(TENANTS),
  name: orNull(NAMES),
  status: fc.constantFrom(...IMAGE_STATUSES),
  visibility: fc.constantFrom(...VISIBILITIES),
  isProtected: fc.boolean(),
  isHidden: fc.constantFrom(false, false, false, true),
  diskFormat: orNull(FORMATS),
  containerFormat: orNull(CONTAINERS),
  size: orNull(SIZES),
  virtualSize: orNull(SIZES),
  minDisk: fc.constantFrom(...MINIMUMS),
  minRam: fc.constantFrom(...MINIMUMS),
  tags: fc.uniqueArray(fc.constantFrom(...TAGS)),
  properties: dictionary(KEYS, fc.constantFrom(...VALUES)),
  createdAt: fc.constantFrom(...INSTANTS),
  updatedAt: fc.constantFrom(...INSTANTS),
  isDeleted: fc.constantFrom(false, false, false, false, true),
  members: dictionary(TENANTS, fc.constantFrom(...MEMBER_STATUSES)),
});

export const catalog: fc.Arbitrary<readonly ModelImage[]> = fc.uniqueArray(image, {
  maxLength: 60,
  selector: ({ id }) => id,
  size: 'max',
});

export const caller: fc.Arbitrary<ModelCaller> = fc.record({
  tenantId: fc.constantFrom(...TENANTS, 'nobody'),
  isAdmin: fc.constantFrom(false, false, true),
});

/** A query as it is sent, beside what it means. */
export interface Query {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly means: ModelQuery;
  readonly limit: number;
}

interface Filter {
  readonly parameters: readonly (readonly [string, string])[];
  readonly matches: (image: ModelImage) => boolean;
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** `x` where that is unambiguous, `eq:x`, and `in:` of several. */
function text(
  name: string,
  field: keyof ModelImage,
  values: readonly string[],
): fc.Arbitrary<Filter> {
  const one = fc.constantFrom(...values).map((value): Filter => {
    const operand = value.includes(':') ? `eq:${value}` : value;
    return { parameters: [[name, operand]], matches: (image) => image[field] === value };
  });
  const many = fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }).map((all): Filter => ({
    parameters: [[name, `in:${all.map(quoted).join(',')}`]],
    matches: (image) => all.includes(image[field] as string),
  }));
  return fc.oneof(one, many);
}

function number(
  name: string,
  field: 'size' | 'virtualSize' | 'minDisk' | 'minRam',
): fc.Arbitrary<Filter> {
  const operands = [...SIZES, ...MINIMUMS.map(BigInt), 3n, 2n ** 63n];
  const compare = {
    '': (value: bigint, operand: bigint) => value === operand,
    _min: (value: bigint, operand: bigint) => value >= operand,
    _max: (value: bigint, operand: bigint) => value <= operand,
  };
  return fc
    .tuple(fc.constantFrom('', '_min', '_max'), fc.constantFrom(...operands))
    .map(([suffix, operand]): Filter => ({
      parameters: [[name + suffix, String(operand)]],
      matches: ({ [field]: value }) => value !== null && compare[suffix](BigInt(value), operand),
    }));
}

function instant(name: string, field: 'createdAt' | 'updatedAt'): fc.Arbitrary<Filter> {
  const compare = {
    eq: (a: number, b: number) => a === b,
    neq: (a: number, b: number) => a !== b,
    gt: (a: number, b: number) => a > b,
    gte: (a: number, b: number) => a >= b,
    lt: (a: number, b: number) => a < b,
    lte: (a: number, b: number) => a <= b,
  };
  const operators = Object.keys(compare) as (keyof typeof compare)[];
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...INSTANTS), fc.boolean())
    .map(([operator, operand, isCut]): Filter => {
      const shown = isCut ? `${operand.toISOString().slice(0, 19)}Z` : operand.toISOString();
      const seconds = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000;
      return {
        parameters: [[name, operator === 'eq' && isCut ? shown : `${operator}:${shown}`]],
        matches: (image) => compare[operator](seconds(image[field]), Date.parse(shown)),
      };
    });
}

const filter: fc.Arbitrary<Filter> = fc.oneof(
  text('name', 'name', [...NAMES, 'nobody']),
  text('status', 'status', [...IMAGE_STATUSES, 'deleted']),
  text('disk_format', 'diskFormat', FORMATS),
  text('container_format', 'containerFormat', CONTAINERS),
  number('size', 'size'),
  number('virtual_size', 'virtualSize'),
  number('min_disk', 'minDisk'),
  number('min_ram', 'minRam'),
  instant('created_at', 'createdAt'),
  instant('updated_at', 'updatedAt'),
  fc.constantFrom(...TENANTS).map((owner): Filter => ({
    parameters: [['owner', owner]],
    matches: (image) => image.owner === owner,
  })),
  fc.boolean().map((value): Filter => ({
    parameters: [['protected', String(value)]],
    matches: ({ isProtected }) => isProtected === value,
  })),
  fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1, maxLength: 3 }).map((tags): Filter => ({
    parameters: tags.map((tag) => ['tag', tag] as const),
    matches: (image) => tags.every((tag) => image.tags.includes(tag)),
  })),
  fc
    .tuple(fc.constantFrom(...KEYS, 'none'), fc.constantFrom(...VALUES))
    .map(([key, value]): Filter => ({
      parameters: [[key, value]],
      matches: ({ properties }) => Object.hasOwn(properties, key) && properties[key] === value,
    })),
);

/** Filters of different names: of one name only the last would count. */
const filters = fc.uniqueArray(filter, {
  maxLength: 3,
  selector: ({ parameters }) => parameters[0]?.[0],
});

const SORT_KEYS: Readonly<Record<string, ModelOrder['field']>> = {
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  size: 'size',
  id: 'id',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

interface Sort {
  readonly parameters: readonly (readonly [string, string])[];
  readonly order: readonly ModelOrder[];
}

const direction = fc.constantFrom('asc' as const, 'desc' as const);
const sortKey = fc.constantFrom(...Object.keys(SORT_KEYS));
const sortKeys = fc.uniqueArray(sortKey, { minLength: 1, maxLength: 4 });

type Directed = readonly (readonly [key: string, direction: 'asc' | 'desc'])[];

function ordered(keys: Directed, tieBreak: 'asc' | 'desc'): readonly ModelOrder[] {
  const order = keys.map(([key, direction]) => ({ field: SORT_KEYS[key]!, direction }));
  const ties = (['createdAt', 'id'] as const).filter((field) =>
    order.every((key) => key.field !== field),
  );
  return [...order, ...ties.map((field) => ({ field, direction: tieBreak }))];
}

const sort: fc.Arbitrary<Sort> = fc.oneof(
  fc.constant({ parameters: [], order: ordered([], 'desc') }),
  fc.array(fc.tuple(sortKey, direction), { minLength: 1, maxLength: 4 }).map((keys): Sort => ({
    parameters: [['sort', keys.map((pair) => pair.join(':')).join(',')]],
    order: ordered(keys, keys.length === 1 ? keys[0]![1] : 'desc'),
  })),
  fc.tuple(sortKeys, direction).map(([keys, one]): Sort => ({
    parameters: [...keys.map((key) => ['sort_key', key] as const), ['sort_dir', one]],
    order: ordered(
      keys.map((key) => [key, one] as const),
      one,
    ),
  })),
  fc.array(fc.tuple(sortKey, direction), { minLength: 1, maxLength: 4 }).map((pairs): Sort => {
    return {
      parameters: [
        ...pairs.map(([key]) => ['sort_key', key] as const),
        ...pairs.map(([, one]) => ['sort_dir', one] as const),
      ],
      order: ordered(pairs, pairs.length === 1 ? pairs[0]![1] : 'desc'),
    };
  }),
);

export const query: fc.Arbitrary<Query> = fc
  .record({
    filters,
    sort,
    limit: fc.constantFrom(1, 2, 3, 7, 100),
    visibility: fc.constantFrom(null, null, 'all' as const, ...VISIBILITIES),
    memberStatus: fc.constantFrom('accepted' as const, 'all' as const, ...MEMBER_STATUSES),
    isHidden: fc.constantFrom(false, false, false, true),
  })
  .map(({ filters, sort, limit, visibility, memberStatus, isHidden }) => ({
    limit,
    parameters: [
      ...filters.flatMap(({ parameters }) => parameters),
      ...sort.parameters,
      ...(visibility === null ? [] : [['visibility', visibility] as const]),
      ...(memberStatus === 'accepted' ? [] : [['member_status', memberStatus] as const]),
      ...(isHidden ? [['os_hidden', 'true'] as const] : []),
    ],
    means: {
      visibility,
      memberStatus,
      isHidden,
      matches: (image) => filters.every(({ matches }) => matches(image)),
      order: sort.order,
    },
  }));
