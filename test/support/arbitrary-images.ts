import fc from 'fast-check';
import { MEMBER_STATUSES, VISIBILITIES } from '../../src/images/domain/image-access.js';
import { CONTAINER_FORMATS, DISK_FORMATS } from '../../src/images/domain/image-formats.js';
import { IMAGE_STATUSES } from '../../src/images/domain/image-status.js';
import type { ImageAttributes } from '../../src/images/domain/image.js';
import {
  BASE_NAMES,
  IGNORED_NAMES,
  type DocumentMember,
} from '../../src/images/transfer/image-document.js';

const RESERVED = new Set([...BASE_NAMES, ...IGNORED_NAMES, 'location', 'deleted', 'deleted_at']);
const AWKWARD = [
  '\\',
  '\\N',
  '\\.',
  '\t',
  '\n',
  '\r\n',
  '"',
  '{}',
  ',',
  'NULL',
  '\u2028',
  '😀',
  ' ',
  "'",
];

/** Any Unicode that PostgreSQL can hold, with a liking for what formats trip over. */
const text = (minLength: number, maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: 'binary', minLength, maxLength }),
      fc
        .array(fc.constantFrom(...AWKWARD), { minLength, maxLength: Math.min(maxLength, 8) })
        .map((parts) => parts.join('')),
    )
    .map((value) => [...value.replaceAll('\0', '0')].slice(0, maxLength).join(''));

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const instant = fc.date({
  min: new Date('0001-01-02'),
  max: new Date('9999-12-30'),
  noInvalidDate: true,
});
const bytes = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 40n }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
);
const minimum = fc.integer({ min: 0, max: 2_147_483_647 });

const properties = fc.dictionary(
  fc
    .oneof(text(1, 255), fc.constantFrom('__proto__', 'constructor', 'members', 'os_glance_x', '1'))
    .filter((name) => !RESERVED.has(name) && name !== 'os_glance_members'),
  nullable(text(0, 300)),
);

/** Every image that the service could hold. */
export const imageAttributes: fc.Arbitrary<ImageAttributes> = fc.record({
  id: fc.uuid(),
  name: nullable(text(0, 255)),
  owner: nullable(fc.oneof(fc.constantFrom('a', 'b'), text(0, 255))),
  status: fc.constantFrom(...IMAGE_STATUSES),
  visibility: fc.constantFrom(...VISIBILITIES),
  isProtected: fc.boolean(),
  isHidden: fc.boolean(),
  diskFormat: nullable(fc.constantFrom(...DISK_FORMATS)),
  containerFormat: nullable(fc.constantFrom(...CONTAINER_FORMATS)),
  size: nullable(bytes),
  virtualSize: nullable(bytes),
  checksum: nullable(text(0, 32)),
  hashAlgorithm: nullable(text(0, 64)),
  hashValue: nullable(text(0, 128)),
  minDisk: minimum,
  minRam: minimum,
  tags: fc.uniqueArray(text(0, 255), { maxLength: 5 }),
  properties,
  createdAt: instant,
  updatedAt: instant,
  version: fc.integer({ min: 1, max: 1000 }),
});

export const documentMembers: fc.Arbitrary<DocumentMember[]> = fc.uniqueArray(
  fc.record({
    memberId: text(1, 255).filter((id) => id !== ''),
    status: fc.constantFrom(...MEMBER_STATUSES),
    createdAt: instant,
    updatedAt: instant,
  }),
  { maxLength: 3, selector: ({ memberId }) => memberId },
);
