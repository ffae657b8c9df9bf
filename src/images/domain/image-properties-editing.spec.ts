import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refusalOf } from '../../../test/support/domain-fixtures.js';
import { edited, protecting, setProperty } from '../../../test/support/image-changes.js';
import { InvalidRequest } from '../../kernel/errors.js';
import type { ImageChange } from './image-change.js';
import {
  PropertyExists,
  PropertyMissing,
  PropertyNameReserved,
  PropertyProtected,
} from './image.errors.js';
import type { PropertyAction } from './property-protection.js';

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
