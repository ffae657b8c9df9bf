import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  NOW,
  admin,
  changing,
  imageWith,
  member,
  refusalOf,
} from '../../../test/support/domain-fixtures.js';
import { edited, protecting, setProperty, setting } from '../../../test/support/image-changes.js';
import { Conflict, Forbidden, InvalidRequest } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { ImageChange } from './image-change.js';
import { PropertyQuotaExceeded, TagQuotaExceeded } from './image.errors.js';
import type { Image } from './image.js';
import { IMAGE_STATUSES } from './image-status.js';

describe('changes of an image', () => {
  it('are applied in order, as one new version with the time of the change', () => {
    const image = imageWith({ name: 'a' });
    const next = image.apply([setting({ name: 'b' }), setting({ name: 'c' })], changing());
    expect(next.attributes).toEqual({
      ...image.attributes,
      name: 'c',
      version: 4,
      updatedAt: NOW,
    });
  });

  it('never move the time backwards', () => {
    const later = new Date(NOW.getTime() + 1);
    expect(edited({ updatedAt: later }, setting({})).updatedAt).toEqual(later);
  });

  it('are all made or none', () => {
    const image = imageWith({ name: 'a' });
    const changes = [setting({ name: 'b' }), { kind: 'remove-attribute', attribute: 'name' }];
    expect(() => image.apply(changes as ImageChange[], changing())).toThrow(
      "The attribute 'name' cannot be removed.",
    );
    expect(image.attributes.name).toBe('a');
  });

  it('cannot add an attribute, which is always there, when it must be absent', () => {
    const change: ImageChange = { kind: 'set-attributes', values: {}, only: 'when-absent' };
    expect(() => edited({}, change)).toThrow(Conflict);
    expect(() => edited({}, change)).toThrow('The attribute is already present.');
  });

  it('cannot remove an attribute', () => {
    const change: ImageChange = { kind: 'remove-attribute', attribute: 'tags' };
    expect(() => edited({}, change)).toThrow(Forbidden);
  });
});

describe('what only admins may set', () => {
  it('is the owner', () => {
    expect(() => edited({}, setting({ owner: 't2' }))).toThrow('choose the owner');
    expect(edited({}, setting({ owner: 't2' }), { principal: admin }).owner).toBe('t2');
  });

  it('is public visibility, and no other', () => {
    expect(() => edited({}, setting({ visibility: 'public' }))).toThrow('make an image public');
    expect(() => edited({}, setting({ visibility: 'public' }))).toThrow(Forbidden);
    const context = { principal: admin };
    expect(edited({}, setting({ visibility: 'public' }), context).visibility).toBe('public');
    for (const visibility of ['private', 'shared', 'community'] as const) {
      expect(edited({}, setting({ visibility })).visibility).toBe(visibility);
    }
  });
});

describe('formats', () => {
  it('are set while the image is queued', () => {
    const values = { diskFormat: 'raw', containerFormat: 'ovf' };
    expect(edited({ status: 'queued' }, setting(values))).toMatchObject(values);
  });

  it.each(IMAGE_STATUSES)(
    'of an image that is %s change only before its data is there',
    (status) => {
      const isOpen = ['queued', 'uploading', 'importing'].includes(status);
      for (const values of [{ diskFormat: 'raw' }, { containerFormat: 'ovf' }]) {
        const act = () => edited({ status }, setting(values), { principal: admin });
        expect(refusalOf(act)).toBe(
          isOpen ? null : `Formats cannot be changed while the image is ${status}.`,
        );
      }
      expect(edited({ status }, setting({ name: 'n' })).name).toBe('n');
    },
  );
});

describe('bounds', () => {
  it.each(['name', 'owner'] as const)(
    'of %s are 255 characters, astral ones count once',
    (field) => {
      const context = { principal: admin };
      const longest = '😀'.repeat(255);
      expect(edited({}, setting({ [field]: longest }), context)[field]).toBe(longest);
      for (const tooLong of [`${longest}x`, 'x'.repeat(256)]) {
        const act = () => edited({}, setting({ [field]: tooLong }), context);
        expect(act).toThrow('Text is longer than 255 characters.');
        expect(act).toThrow(InvalidRequest);
      }
      expect(edited({}, setting({ name: null })).name).toBeNull();
    },
  );

  it('of tags are 255 characters each, and each counts once', () => {
    expect(() => edited({}, setting({ tags: ['a', 'x'.repeat(256)] }))).toThrow(InvalidRequest);
    expect(edited({}, setting({ tags: ['b', 'a', 'b'] })).tags).toEqual(['b', 'a']);
  });

  it.each(['minDisk', 'minRam'] as const)('of %s are 0 and 2^31 - 1', (field) => {
    for (const value of [0, 2_147_483_647]) {
      expect(edited({}, setting({ [field]: value }))[field]).toBe(value);
    }
    for (const value of [-1, 2_147_483_648]) {
      expect(() => edited({}, setting({ [field]: value }))).toThrow(
        'min_disk and min_ram must be between 0 and 2147483647.',
      );
    }
  });
});

describe('quotas', () => {
  const limits = (propertyQuota: number, tagQuota: number) => ({
    limits: { propertyQuota, tagQuota, memberQuota: 0, imageCountQuota: 0 },
  });
  const properties = { a: '1', b: '1' };

  it('of properties bound growth, not what is there; the service’s own do not count', () => {
    expect(() => edited({ properties }, setProperty('c', '1'), limits(2, 0))).toThrow(
      PropertyQuotaExceeded,
    );
    expect(edited({ properties }, setProperty('c', '1'), limits(3, 0)).properties).toHaveProperty(
      'c',
    );
    expect(edited({ properties }, setProperty('a', '2'), limits(1, 0)).properties['a']).toBe('2');
    expect(edited({ properties }, setProperty('c', '1'), limits(-1, 0)).properties).toHaveProperty(
      'c',
    );
    const own = { os_glance_x: '1', a: '1' };
    expect(
      edited({ properties: own }, setProperty('b', '1'), limits(2, 0)).properties,
    ).toHaveProperty('b');
  });

  it('of tags bound growth', () => {
    const image = imageWith({ tags: ['a', 'b'] });
    expect(() => image.tag('c', changing(limits(0, 2)))).toThrow(TagQuotaExceeded);
    expect(image.tag('c', changing(limits(0, 3))).attributes.tags).toEqual(['a', 'b', 'c']);
    expect(image.untag('a', changing(limits(0, 0)))?.attributes.tags).toEqual(['b']);
    expect(image.apply([setting({ tags: ['b'] })], changing(limits(0, 0))).attributes.tags).toEqual(
      ['b'],
    );
  });

  it('of nothing allow nothing', () => {
    expect(() => edited({}, setProperty('a', '1'), limits(0, 0))).toThrow(
      'An image may have at most 0 properties.',
    );
    expect(() => edited({}, setting({ tags: ['a'] }), limits(0, 0))).toThrow(
      'An image may have at most 0 tags.',
    );
  });
});

describe('any changes by anybody', () => {
  const change: fc.Arbitrary<ImageChange> = fc.oneof(
    fc
      .record(
        {
          name: fc.constantFrom(null, 'n', 'x'.repeat(256)),
          owner: fc.constantFrom('t1', 't2'),
          visibility: fc.constantFrom('private' as const, 'public' as const),
          diskFormat: fc.constantFrom('raw', null),
          minRam: fc.constantFrom(0, -1, 7),
          tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
        },
        { requiredKeys: [] },
      )
      .map((values) => setting(values)),
    fc
      .tuple(fc.constantFrom('a', 'x1', 'location', ''), fc.constantFrom('1', null))
      .map(([name, value]) => setProperty(name, value)),
    fc.constantFrom('a', 'x1').map((name) => ({ kind: 'remove-property', name }) as const),
  );
  const who = fc.constantFrom(member, admin);
  const status = fc.constantFrom(...IMAGE_STATUSES);

  const expectSound = ({ attributes }: Image, status: string, principal: Principal): void => {
    const { id, version, owner, visibility, tags, properties } = attributes;
    expect([id, attributes.status, version]).toEqual([imageWith().attributes.id, status, 4]);
    expect(new Set(tags).size).toBe(tags.length);
    const isUntouched = owner === 't1' && visibility !== 'public' && properties['x1'] === '2';
    expect(isUntouched || principal.isAdmin).toBe(true);
  };

  it('make a valid image of the same identity and status, or none', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), who, status, (changes, principal, status) => {
        const image = imageWith({ status, properties: { a: '1', x1: '2' } });
        const context = changing({ principal, protection: protecting() });
        let next = image.next(image.attributes, NOW);
        refusalOf(() => (next = image.apply(changes, context)));
        expectSound(next, status, principal);
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
  });
});
