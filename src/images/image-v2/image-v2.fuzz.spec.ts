import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileJson, hostileText } from '../../../test/support/fuzzing.js';
import { DomainError } from '../../kernel/errors.js';
import type { QueryParameters } from '../../api/http/query-string.js';
import { AjvPropertySchema } from '../property-rules/ajv-property-schema.js';
import { DEFAULT_PROPERTIES } from '../property-rules/default-properties.js';
import { isLocationChange } from '../domain/image-locations.js';
import { WRITABLE_ATTRIBUTES, isReadOnly } from './image.attributes.js';
import { requestedRange } from './data-range.js';
import { ImageSchema } from './image-schema.js';
import { parseImagePatch, patchGrammarOf, type PatchChange } from './image-patch.js';
import { parsePointer } from './json-pointer.js';
import { parseListImages } from './list-images.request.js';

const schema = new ImageSchema(new AjvPropertySchema(DEFAULT_PROPERTIES));
const grammars = fc.constantFrom('v2.0' as const, 'v2.1' as const);
const escaped = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1');

describe('a JSON pointer', () => {
  it('is read or refused, and leads to the same place when written again', () => {
    const outcome = fuzz(
      hostileText('/name', '/locations/-', '/a~1b', '/a~0b', '/ padded ', '//', '~'),
      (pointer) => {
        const tokens = parsePointer(pointer);
        expect(tokens.every((token) => token !== '' && token === token.trim())).toBe(true);
        expect(parsePointer(`/${tokens.map(escaped).join('/')}`)).toEqual(tokens);
      },
      DomainError,
    );
    expectBoth(outcome);
  });
});

const NAMES = [...Object.keys(WRITABLE_ATTRIBUTES), 'id', 'status', 'os_glance_x', 'colour'];
const paths = fc.oneof(
  fc.constantFrom(...NAMES, 'locations', 'locations/-', 'locations/0').map((name) => `/${name}`),
  hostileText(...NAMES, '/', '/name', '/locations/1'),
);
const values = fc.oneof(
  hostileJson('url', 'metadata', 'validation_data', 'raw', 'bare', 'public'),
  fc.constantFrom('x', 'raw', 'private', true, 5, ['a']),
  fc.record({ url: fc.string(), metadata: fc.constant({}) }).map((location) => [location]),
);
const verbs = fc.constantFrom('add', 'replace', 'remove');
const operations = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: verbs, path: paths, value: values }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(verbs, paths, values)
      .map(([verb, path, value]) => ({ [verb]: path, value })),
  },
  { weight: 1, arbitrary: hostileJson('op', 'path', 'value', 'add', 'replace', 'remove', '/name') },
);

/** The image's own attributes and names that clients may give to properties; nothing else is ever changed. */
function isPermitted(change: PatchChange): boolean {
  if (isLocationChange(change)) return true;
  switch (change.kind) {
    case 'set-attributes':
      return Object.keys(change.values).every((name) =>
        Object.values(WRITABLE_ATTRIBUTES).some((known) => known === name),
      );
    case 'remove-attribute':
      return Object.hasOwn(WRITABLE_ATTRIBUTES, change.attribute);
    case 'set-property':
    case 'remove-property':
      return !isReadOnly(change.name) && !change.name.startsWith('os_glance') && change.name !== '';
    case 'replace-properties':
      return false;
  }
}

describe('a patch', () => {
  it('is a list of permitted changes, one for each operation, or refused', () => {
    const bodies = fc.oneof(
      { weight: 9, arbitrary: fc.array(operations, { maxLength: 3 }) },
      { weight: 1, arbitrary: hostileJson('op', 'path') },
    );
    const outcome = fuzz(
      fc.tuple(bodies, grammars, fc.boolean()),
      ([body, grammar, showsLocations]) => {
        const changes = parseImagePatch(body, { grammar, schema, showsLocations });
        expect(changes).toHaveLength((body as unknown[]).length);
        expect(changes.filter((change) => !isPermitted(change))).toEqual([]);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('means the same in both grammars, apart from what must be absent before', () => {
    const pairs = fc.tuple(verbs, paths, values);
    const outcome = fuzz(
      pairs,
      ([verb, path, value]) => {
        const rules = { schema, showsLocations: true };
        const old = parseImagePatch([{ [verb]: path, value }], { grammar: 'v2.0', ...rules });
        const [present] = parseImagePatch([{ op: verb, path, value }], {
          grammar: 'v2.1',
          ...rules,
        });
        const { only: _, ...change } = { only: null, ...old[0] };
        const { only: __, ...expected } = { only: null, ...present };
        expect(change).toEqual(expected);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('has one of two media types, or is refused', () => {
    const outcome = fuzz(
      hostileText('application/openstack-images-v2.1-json-patch', '; charset=utf-8', 'v2.0'),
      (type) => expect(['v2.0', 'v2.1']).toContain(patchGrammarOf(type)),
      DomainError,
    );
    expectBoth(outcome);
  });
});

describe('a list request', () => {
  const names = fc.constantFrom(
    'name',
    'status',
    'id',
    'size',
    'size_min',
    'min_ram_max',
    'created_at',
    'updated_at',
    'protected',
    'tag',
    'limit',
    'marker',
    'sort',
    'sort_key',
    'sort_dir',
    'visibility',
    'member_status',
    'os_hidden',
    'changes-since',
    'os_distro',
    'os_glance_x',
    'owner',
    '',
  );
  const words = hostileText(
    'in:a,b',
    'in:"a,b"',
    'eq:x',
    'gt:2026-11-22T13:00:00Z',
    'neq:2026-02-30',
    'lte:2026',
    'name:asc',
    'size:desc,id',
    'created_at',
    'asc',
    '100',
    '-1',
    'true',
    'all',
    'accepted',
  );
  const pairs: fc.Arbitrary<QueryParameters> = fc.array(fc.tuple(names, words), { maxLength: 4 });

  it('is a command within bounds or refused', () => {
    const outcome = fuzz(
      pairs,
      (query) => {
        const command = parseListImages(query, { pageSizeDefault: 25, pageSizeMax: 1000 });
        expect(command.limit).toBeLessThanOrEqual(1000);
        expect(command.sort.length).toBeGreaterThan(0);
        expect(command.sort.length).toBeLessThanOrEqual(10);
        const dates = command.filters.flatMap((filter) =>
          filter.kind === 'instant' ? [filter.from, filter.before] : [],
        );
        expect(dates.every((date) => !Number.isNaN(date?.getTime() ?? 0))).toBe(true);
      },
      DomainError,
    );
    expectBoth(outcome);
  });
});

describe('a range', () => {
  it('lies within the data, or is all of it, or refused', () => {
    const headers = hostileText(
      'bytes=0-99',
      'bytes=-5',
      'bytes=7-',
      'bytes 0-4/*',
      '0-1',
      'bytes=',
    );
    const sizes = fc.oneof(
      fc.bigInt({ min: 0n, max: 20n }),
      fc.bigInt({ min: 0n, max: 2n ** 63n }),
    );
    const outcome = fuzz(
      fc.tuple(headers, sizes, fc.constantFrom('range', 'content-range')),
      ([text, size, header]) => {
        const range = requestedRange({ [header]: text }, size, null);
        const { offset, length } = range ?? { offset: 0n, length: 1n };
        expect(offset >= 0n && length > 0n && offset + length <= size).toBe(true);
      },
      DomainError,
    );
    expectBoth(outcome);
  });
});
