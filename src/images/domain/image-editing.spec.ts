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
import { Conflict, Forbidden, InvalidRequest } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { EditableAttributes, ImageChange } from './image-change.js';
import {
  PropertyExists,
  PropertyMissing,
  PropertyNameReserved,
  PropertyProtected,
  PropertyQuotaExceeded,
  TagQuotaExceeded,
} from './image.errors.js';
import { Image, type ChangeContext, type ImageAttributes } from './image.js';
import { IMAGE_STATUSES } from './image-status.js';
import { PropertyRules, type PropertyAction } from './property-protection.js';

const setting = (values: Partial<EditableAttributes>): ImageChange => ({
  kind: 'set-attributes',
  values,
});
const setProperty = (
  name: string,
  value: string | null,
  only?: 'when-absent' | 'when-present',
): ImageChange => ({ kind: 'set-property', name, value, ...(only && { only }) });

const edited = (
  image: Partial<ImageAttributes>,
  change: ImageChange,
  context: Partial<ChangeContext> = {},
) => imageWith(image).apply([change], changing(context)).attributes;

/** Everybody may do to `k` what is listed; with `x…` only admins anything. */
const protecting = (...actions: PropertyAction[]) => {
  const to = (action: PropertyAction) => (actions.includes(action) ? ['@'] : ['admin']);
  const nobodyElse = ['admin'];
  return new PropertyRules([
    {
      pattern: /^k/,
      roles: {
        create: to('create'),
        read: to('read'),
        update: to('update'),
        delete: to('delete'),
      },
    },
    {
      pattern: /^x/,
      roles: { create: nobodyElse, read: nobodyElse, update: nobodyElse, delete: nobodyElse },
    },
    { pattern: /^/, roles: { create: ['@'], read: ['@'], update: ['@'], delete: ['@'] } },
  ]);
};

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

describe('setting a property', () => {
  it('adds or replaces it', () => {
    expect(edited({ properties: { a: '1' } }, setProperty('b', '2')).properties).toEqual({
      a: '1',
      b: '2',
    });
    expect(edited({ properties: { a: '1' } }, setProperty('a', '2')).properties).toEqual({
      a: '2',
    });
  });

  it('is refused when it must be absent or present and is not', () => {
    const properties = { a: '1' };
    expect(() => edited({ properties }, setProperty('a', '2', 'when-absent'))).toThrow(
      PropertyExists,
    );
    expect(() => edited({ properties }, setProperty('b', '2', 'when-present'))).toThrow(
      PropertyMissing,
    );
    expect(edited({ properties }, setProperty('b', '2', 'when-absent')).properties['b']).toBe('2');
    expect(edited({ properties }, setProperty('a', '2', 'when-present')).properties['a']).toBe('2');
  });

  it('knows inherited names as names like any other', () => {
    const { properties } = edited({}, setProperty('__proto__', 'x', 'when-absent'));
    expect(Object.entries(properties)).toEqual([['__proto__', 'x']]);
    expect(() => edited({}, setProperty('toString', 'x', 'when-present'))).toThrow(PropertyMissing);
  });

  it('is judged by the operator’s definition', () => {
    const checkProperty = (name: string, value: string | null) => {
      if (name === 'a' && value === 'bad') throw new InvalidRequest('bad');
    };
    expect(() => edited({}, setProperty('a', 'bad'), { checkProperty })).toThrow('bad');
    expect(edited({}, setProperty('a', 'good'), { checkProperty }).properties).toEqual({
      a: 'good',
    });
  });

  it('is refused for names and values that no property can have', () => {
    expect(() => edited({}, setProperty('os_glance_x', '1'))).toThrow(PropertyNameReserved);
    expect(() => edited({}, setProperty('', '1'))).toThrow(InvalidRequest);
  });
});

describe('protected properties', () => {
  const properties = { k: '1' };

  it('are replaced by whoever may read and update them', () => {
    const replacing = (...actions: PropertyAction[]) =>
      refusalOf(() =>
        edited({ properties }, setProperty('k', '2'), { protection: protecting(...actions) }),
      );
    expect(replacing('read', 'update')).toBeNull();
    for (const actions of [['read'], ['update'], ['create', 'read']] as const) {
      expect(replacing(...actions)).toBe(new PropertyProtected('k').message);
    }
  });

  it('are created by whom it is allowed to', () => {
    expect(
      edited({}, setProperty('k', '1'), { protection: protecting('create') }).properties,
    ).toEqual({ k: '1' });
    expect(() =>
      edited({}, setProperty('k', '1'), { protection: protecting('update', 'read') }),
    ).toThrow(PropertyProtected);
  });

  it('that are not seen count as missing, but their names are taken', () => {
    const protection = protecting('create', 'update', 'delete');
    const attempt = (change: ImageChange) => () => edited({ properties }, change, { protection });
    expect(attempt(setProperty('k', '2', 'when-present'))).toThrow(PropertyMissing);
    expect(attempt(setProperty('k', '2', 'when-absent'))).toThrow(PropertyProtected);
    expect(attempt({ kind: 'remove-property', name: 'k' })).toThrow(PropertyMissing);
  });

  it('are removed by whom it is allowed to', () => {
    const remove: ImageChange = { kind: 'remove-property', name: 'k' };
    const allowed = { protection: protecting('read', 'delete') };
    expect(edited({ properties: { ...properties, a: '1' } }, remove, allowed).properties).toEqual({
      a: '1',
    });
    expect(() => edited({ properties }, remove, { protection: protecting('read') })).toThrow(
      PropertyProtected,
    );
    expect(() => edited({}, remove)).toThrow(PropertyMissing);
    expect(() => edited({}, { kind: 'remove-property', name: 'toString' })).toThrow(
      PropertyMissing,
    );
  });
});

describe('replacing the properties', () => {
  const replacing = (properties: Record<string, string>): ImageChange => ({
    kind: 'replace-properties',
    properties,
  });

  it('keeps the service’s own and nothing else', () => {
    const before = { a: '1', b: '2', os_glance_x: 'y' };
    expect(edited({ properties: before }, replacing({ b: '3', c: '4' })).properties).toEqual({
      b: '3',
      c: '4',
      os_glance_x: 'y',
    });
  });

  it('keeps what the caller does not see, and refuses to touch it', () => {
    const protection = protecting('read');
    const before = { x1: 'secret', a: '1' };
    expect(
      edited({ properties: before }, replacing({ b: '2' }), { protection }).properties,
    ).toEqual({
      x1: 'secret',
      b: '2',
    });
    expect(() => edited({ properties: before }, replacing({ x1: 'mine' }), { protection })).toThrow(
      PropertyProtected,
    );
    expect(() =>
      edited({ properties: before }, replacing({ x1: 'secret' }), { protection }),
    ).toThrow(PropertyProtected);
  });

  it('does not need the right to change what stays as it is', () => {
    const protection = protecting('read');
    const before = { k: '1', a: '1' };
    const kept = edited({ properties: before }, replacing({ k: '1' }), { protection });
    expect(kept.properties).toEqual({ k: '1' });
    expect(() => edited({ properties: before }, replacing({ k: '2' }), { protection })).toThrow(
      PropertyProtected,
    );
    expect(() => edited({ properties: before }, replacing({}), { protection })).toThrow(
      PropertyProtected,
    );
  });

  it('refuses the service’s own names even unchanged', () => {
    const before = { os_glance_x: 'y' };
    expect(() => edited({ properties: before }, replacing({ os_glance_x: 'y' }))).toThrow(
      PropertyNameReserved,
    );
  });

  it('is idempotent and yields what was asked for, for any names', () => {
    const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
    const some = fc.dictionary(names, fc.constantFrom('1', '2'), { noNullPrototype: true });
    fc.assert(
      fc.property(some, some, (before, wanted) => {
        const once = edited({ properties: before }, replacing(wanted)).properties;
        expect(new Map(Object.entries(once))).toEqual(new Map(Object.entries(wanted)));
        expect(edited({ properties: once }, replacing(wanted)).properties).toEqual(once);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
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
