import { describe, expect, it } from '@jest/globals';
import { imageWith, refusalOf } from '../../../test/support/domain-fixtures.js';
import { Conflict, DomainError, Forbidden, InvalidRequest } from '../../kernel/errors.js';
import type { ImageAttributes } from './image-attributes.js';
import { FormatsUnset, LastLocation } from './image-data.errors.js';
import {
  LocationConflict,
  LocationDataDiffers,
  LocationQuotaExceeded,
  ValidationDataRefused,
  applyLocationChange,
  isDigest,
  isLocationChange,
  type LocatedData,
  type LocationChange,
  type LocationRules,
  type NewLocation,
  type ValidationData,
} from './image-locations.js';
import { IMAGE_STATUSES } from './image-status.js';

const SHA512 = 'a'.repeat(128);
const MD5 = 'c'.repeat(32);

const at = (url: string, metadata: LocatedData['metadata'] = {}): LocatedData => ({
  url,
  metadata,
});
const stated = (url: string, validation: ValidationData | null = null): NewLocation => ({
  ...at(url),
  validation,
});
const said = (changes: Partial<ValidationData> = {}): ValidationData => ({
  hashAlgorithm: 'sha512',
  hashValue: SHA512,
  checksum: null,
  ...changes,
});
const add = (location: NewLocation, index: number | null = null): LocationChange => ({
  kind: 'add-location',
  index,
  location,
});
const remove = (index: number | null): LocationChange => ({ kind: 'remove-location', index });
const replace = (...locations: NewLocation[]): LocationChange => ({
  kind: 'replace-locations',
  locations,
});

const rules = (changes: Partial<LocationRules> = {}): LocationRules => ({
  quota: 10,
  hashAlgorithm: 'sha512',
  mayRemove: true,
  sizeOf: () => 1024n,
  ...changes,
});
const queued = { status: 'queued', size: null, hashAlgorithm: null, hashValue: null } as const;

function changed(
  attributes: Partial<ImageAttributes>,
  locations: readonly LocatedData[],
  change: LocationChange,
  changes: Partial<LocationRules> = {},
) {
  const image = { attributes: imageWith(attributes).attributes, locations };
  return applyLocationChange(image, change, rules(changes));
}
const urlsOf = ({ locations }: { locations: readonly LocatedData[] }) =>
  locations.map(({ url }) => url);

describe('a change of locations', () => {
  it('is told from other changes', () => {
    expect(isLocationChange(add(stated('a')))).toBe(true);
    expect(isLocationChange(replace())).toBe(true);
    expect(isLocationChange(remove(0))).toBe(true);
    expect(isLocationChange({ kind: 'remove-property' })).toBe(false);
  });

  it.each(IMAGE_STATUSES)('of an image that is %s is made or refused', (status) => {
    const refusal = new LocationConflict(status).message;
    const adding = () => changed({ status }, [], add(stated('a')));
    const removing = () => changed({ status }, [at('a'), at('b')], remove(0));
    expect(refusalOf(adding)).toBe(['active', 'queued'].includes(status) ? null : refusal);
    expect(refusalOf(removing)).toBe(status === 'active' ? null : refusal);
  });
});

describe('adding a location', () => {
  it('puts it where it was asked for, without what was said about its data', () => {
    const before = [at('a'), at('b')];
    expect(urlsOf(changed({}, before, add(stated('x'))))).toEqual(['a', 'b', 'x']);
    expect(urlsOf(changed({}, before, add(stated('x'), 0)))).toEqual(['x', 'a', 'b']);
    expect(urlsOf(changed({}, before, add(stated('x'), 2)))).toEqual(['a', 'b', 'x']);
    expect(changed({}, [], add(stated('x', said()))).locations).toEqual([at('x')]);
    for (const index of [3, -1]) {
      expect(() => changed({}, before, add(stated('x'), index))).toThrow(
        `There is no location '${index}'.`,
      );
    }
  });

  it('refuses the same one, which is the same URL and metadata in any order', () => {
    const before = [at('x', { a: 1, b: 2, c: 3 })];
    const again = { url: 'x', metadata: { c: 3, b: 2, a: 1 }, validation: null };
    expect(() => changed({}, before, add(again))).toThrow('has this location already');
    expect(() => changed({}, before, add(again))).toThrow(InvalidRequest);
    expect(changed({}, before, add(stated('x'))).locations).toHaveLength(2);
    expect(changed({}, before, add({ ...again, url: 'y' })).locations).toHaveLength(2);
  });

  it('has a quota, and none when that is negative', () => {
    const before = [at('a'), at('b')];
    const adding = (quota: number) => () => changed({}, before, add(stated('x')), { quota });
    expect(adding(2)).toThrow(LocationQuotaExceeded);
    expect(adding(2)).toThrow('An image may have at most 2 locations.');
    expect(adding(3)().locations).toHaveLength(3);
    expect(adding(-1)().locations).toHaveLength(3);
    expect(() => changed({}, [], add(stated('x')), { quota: 0 })).toThrow(LocationQuotaExceeded);
  });

  it.each([{ diskFormat: null }, { containerFormat: null }])('needs formats: %j', (missing) => {
    expect(() => changed(missing, [], add(stated('x')))).toThrow(FormatsUnset);
  });

  it('makes a queued image active, with the size of the data and what was said about it', () => {
    const validation = said({ hashValue: SHA512.toUpperCase(), checksum: MD5 });
    const { attributes } = changed(queued, [], add(stated('x', validation)));
    expect(attributes).toMatchObject({
      status: 'active',
      size: 1024n,
      hashAlgorithm: 'sha512',
      hashValue: SHA512,
      checksum: MD5,
    });
    expect(changed(queued, [], add(stated('x'))).attributes).toMatchObject({
      status: 'active',
      hashValue: null,
    });
  });

  it.each([
    ['another algorithm', said({ hashAlgorithm: 'md5', hashValue: MD5 })],
    ['too short a hash', said({ hashValue: 'a'.repeat(127) })],
    ['no hexadecimal', said({ hashValue: 'x'.repeat(128) })],
  ])('to a queued image refuses %s', (_what, validation) => {
    expect(() => changed(queued, [], add(stated('x', validation)))).toThrow(
      'The hash must be a hexadecimal sha512.',
    );
  });

  it('to an active image needs data of its size', () => {
    const act = () => changed({}, [at('a')], add(stated('x')), { sizeOf: () => 1025n });
    expect(act).toThrow('The data there has another size than the image.');
    expect(act).toThrow(ValidationDataRefused);
  });

  it('to an active image says nothing new about its data', () => {
    const same = [said(), said({ checksum: MD5 }), said({ hashValue: SHA512.toUpperCase() })];
    for (const validation of same) {
      const { attributes } = changed({}, [at('a')], add(stated('x', validation)));
      expect(attributes).toEqual(imageWith().attributes);
    }
    const others = [
      said({ hashAlgorithm: 'sha256' }),
      said({ hashValue: 'b'.repeat(128) }),
      said({ checksum: 'd'.repeat(32) }),
    ];
    for (const validation of others) {
      const act = () => changed({}, [at('a')], add(stated('x', validation)));
      expect(act).toThrow('The image has other hashes.');
    }
  });
});

describe('replacing the locations', () => {
  it('of an image without any adds all', () => {
    const { attributes, locations } = changed(queued, [], replace(stated('a'), stated('b')));
    expect(attributes.status).toBe('active');
    expect(locations).toEqual([at('a'), at('b')]);
  });

  it('never empties them', () => {
    expect(() => changed({}, [at('a')], replace())).toThrow('cannot be emptied');
    expect(() => changed({}, [], replace())).toThrow(Forbidden);
  });

  it('changes order and metadata and nothing else', () => {
    const before = [at('a'), at('b')];
    const wanted = { url: 'b', metadata: { rank: 1 }, validation: null };
    expect(changed({}, before, replace(wanted, stated('a'))).locations).toEqual([
      at('b', { rank: 1 }),
      at('a'),
    ]);
    for (const others of [[stated('a')], [stated('a'), stated('c')]]) {
      const act = () => changed({}, before, replace(...others));
      expect(act).toThrow('may change their metadata and nothing else');
      expect(act).toThrow(InvalidRequest);
    }
  });

  it('says nothing new about the data', () => {
    const wrong = said({ hashValue: 'b'.repeat(128) });
    expect(() => changed({}, [at('a')], replace(stated('a', wrong)))).toThrow(
      ValidationDataRefused,
    );
    expect(changed({}, [at('a')], replace(stated('a', said()))).locations).toEqual([at('a')]);
  });
});

describe('removing a location', () => {
  const before = [at('a'), at('b'), at('c')];

  it('takes the one that was asked for, or the last', () => {
    expect(urlsOf(changed({}, before, remove(0)))).toEqual(['b', 'c']);
    expect(urlsOf(changed({}, before, remove(2)))).toEqual(['a', 'b']);
    expect(urlsOf(changed({}, before, remove(null)))).toEqual(['a', 'b']);
    expect(() => changed({}, before, remove(3))).toThrow("There is no location '3'.");
  });

  it('is for admins, and never takes the last one', () => {
    expect(() => changed({}, before, remove(0), { mayRemove: false })).toThrow(
      'Only an admin may remove a location.',
    );
    expect(() => changed({}, [at('a')], remove(0))).toThrow(LastLocation);
  });
});

describe('a digest', () => {
  it.each([
    ['md5', 32],
    ['sha1', 40],
    ['sha256', 64],
    ['sha384', 96],
    ['sha512', 128],
    ['sha3-512', 128],
    ['blake2b512', 128],
  ])('of %s has %d hexadecimal digits', (algorithm, digits) => {
    expect(isDigest(algorithm, 'aF09'.repeat(digits / 4))).toBe(true);
    expect(isDigest(algorithm, 'a'.repeat(digits + 1))).toBe(false);
    expect(isDigest(algorithm, `${'a'.repeat(digits - 1)}g`)).toBe(false);
    expect(isDigest(algorithm, `g${'a'.repeat(digits - 1)}`)).toBe(false);
  });

  it('of an unknown algorithm is none', () => {
    expect(isDigest('crc32', 'aaaaaaaa')).toBe(false);
  });
});

describe('the ways to fail', () => {
  it.each([
    [new LocationDataDiffers('sha256'), Conflict, 'The data at the location has another sha256'],
    [new LocationConflict('saving'), Conflict, 'cannot be changed while the image is saving'],
    [new LocationQuotaExceeded(3), DomainError, 'at most 3 locations'],
  ])('%s', (error, kind, text) => {
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(text);
  });

  it('by quota has a kind and a code', () => {
    expect(new LocationQuotaExceeded(3)).toMatchObject({
      kind: 'over-quota',
      code: 'location-quota',
    });
  });
});
