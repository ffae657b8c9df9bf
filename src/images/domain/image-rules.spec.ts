import { describe, expect, it } from '@jest/globals';
import { callerWith, imageWith, member } from '../../../test/support/domain-fixtures.js';
import { Forbidden, InvalidRequest } from '../../kernel/errors.js';
import { normalizeImageId } from './image-id.js';
import { storeList, storesOf } from './image-import.js';
import { totalOrder } from './image-list.js';
import { mayAnswerFor, maySeeMember, requireShared } from './image-member.js';
import {
  codePoints,
  countsTowardsQuota,
  propertiesText,
  requireProperty,
  withPropertiesText,
} from './image-properties.js';
import { ImageSignatureRefused, signatureOf } from './image-signature.js';
import { targetsOf } from './image-task.js';
import { PropertyNameReserved } from './image.errors.js';
import { PropertyRules, UNPROTECTED } from './property-protection.js';

describe('the id of an image', () => {
  const id = '8f2a61a0-6a0c-4a52-b4d5-7f5fdb7a7c11';

  it('is a UUID in lower case', () => {
    expect(normalizeImageId(id)).toBe(id);
    expect(normalizeImageId(id.toUpperCase())).toBe(id);
    for (const text of [`${id}0`, `0${id}`, id.replaceAll('-', ''), id.replace('8', 'g'), '']) {
      expect(normalizeImageId(text)).toBeNull();
    }
  });
});

describe('a list of stores', () => {
  it('is sorted, each once, and read as it was written', () => {
    expect(storeList(['b', 'a', 'b'])).toBe('a,b');
    expect(storesOf('a,b')).toEqual(['a', 'b']);
    expect([storesOf(''), storesOf(null)]).toEqual([[], []]);
  });

  it('is what an import writes to, and no other task', () => {
    const plan = {
      method: 'copy-image',
      uri: null,
      storeIds: ['a'],
      mustAllSucceed: true,
    } as const;
    expect(targetsOf(plan)).toEqual(['a']);
    expect(targetsOf({ method: 'hash-data', hashAlgorithm: 'sha512' })).toEqual([]);
  });
});

describe('the order of a list', () => {
  const asc = 'asc' as const;

  it('ends with the id, so that no two images are equal', () => {
    expect(totalOrder({ sort: [{ field: 'name', direction: asc }], tieBreak: 'desc' })).toEqual([
      { field: 'name', direction: 'asc' },
      { field: 'createdAt', direction: 'desc' },
      { field: 'id', direction: 'desc' },
    ]);
  });

  it('says nothing twice and nothing behind the id', () => {
    const createdAt = { field: 'createdAt', direction: asc } as const;
    const id = { field: 'id', direction: asc } as const;
    expect(totalOrder({ sort: [createdAt], tieBreak: asc })).toEqual([createdAt, id]);
    expect(totalOrder({ sort: [id, createdAt], tieBreak: asc })).toEqual([id]);
    expect(totalOrder({ sort: [], tieBreak: asc })).toEqual([createdAt, id]);
  });
});

describe('members', () => {
  it('count for shared images only', () => {
    expect(() => requireShared(imageWith())).not.toThrow();
    for (const visibility of ['private', 'public', 'community'] as const) {
      expect(() => requireShared(imageWith({ visibility }))).toThrow(Forbidden);
      expect(() => requireShared(imageWith({ visibility }))).toThrow('Only shared images');
    }
  });

  it('are seen by the owner, admins and themselves', () => {
    const image = imageWith();
    const of = (tenantId: string, roles = ['member']) => callerWith(roles, { tenantId });
    expect(maySeeMember(of('t1'), image, 't2')).toBe(true);
    expect(maySeeMember(of('t2'), image, 't2')).toBe(true);
    expect(maySeeMember(of('t3'), image, 't2')).toBe(false);
    expect(maySeeMember(of('t3', ['admin']), image, 't2')).toBe(true);
  });

  it('answer for themselves', () => {
    expect([mayAnswerFor(member, 't1'), mayAnswerFor(member, 't2')]).toEqual([true, false]);
  });
});

describe('a property', () => {
  it.each(['location', 'deleted', 'deleted_at', 'os_glance', 'os_glance_x'])(
    'cannot be called %s',
    (name) => {
      expect(() => requireProperty(name, 'x')).toThrow(PropertyNameReserved);
    },
  );

  it('has a name of 1 to 255 characters', () => {
    expect(() => requireProperty('😀'.repeat(255), null)).not.toThrow();
    for (const name of ['', 'n'.repeat(256), '😀'.repeat(256)]) {
      expect(() => requireProperty(name, 'x')).toThrow('must have 1 to 255 characters');
      expect(() => requireProperty(name, 'x')).toThrow(InvalidRequest);
    }
  });

  it('has a value of at most 65535 characters', () => {
    expect(() => requireProperty('n', '😀'.repeat(65_535))).not.toThrow();
    expect(() => requireProperty('n', 'x'.repeat(65_536))).toThrow(
      "The value of property 'n' is longer than 65535 characters.",
    );
  });

  it('counts unless it is the service’s own', () => {
    expect(countsTowardsQuota('os_glance_x')).toBe(false);
    expect(countsTowardsQuota('x_os_glance')).toBe(true);
  });

  it('is measured in characters, not in units', () => {
    expect([codePoints('é'), codePoints('x'.repeat(300)), codePoints('😀'.repeat(300))]).toEqual([
      1, 300, 300,
    ]);
  });
});

describe('properties that came as text', () => {
  it('are printed as they came, and read when somebody looks', () => {
    const attributes = withPropertiesText({ id: 'x' }, '{ "a": "1" }');
    expect(propertiesText(attributes)).toBe('{ "a": "1" }');
    expect(attributes.properties).toEqual({ a: '1' });
    expect(attributes.properties).toBe(attributes.properties);
    expect(propertiesText({ ...attributes })).toBe('{"a":"1"}');
  });
});

describe('rules about properties', () => {
  const rule = (pattern: RegExp, ...roles: string[]) => ({
    pattern,
    roles: { create: [], read: roles, update: [], delete: [] },
  });
  const reads = (rules: PropertyRules, roles: string[], services: string[] = []) =>
    rules.permits('read', 'x', callerWith(roles, { serviceRoles: new Set(services) }));

  it('permit by role, of the caller or of a service that calls for them', () => {
    const rules = new PropertyRules([rule(/^x/, 'member', 'nova')]);
    expect(rules.isActive).toBe(true);
    expect([reads(rules, ['member']), reads(rules, ['reader'])]).toEqual([true, false]);
    expect(reads(rules, ['reader'], ['nova'])).toBe(true);
    expect(rules.permits('update', 'x', member)).toBe(false);
  });

  it('know everybody and nobody', () => {
    expect(reads(new PropertyRules([rule(/^x/, '@')]), [])).toBe(true);
    expect(reads(new PropertyRules([rule(/^x/, '@', '!')]), ['member'])).toBe(false);
  });

  it('are decided by the first that matches; none is a no', () => {
    expect(reads(new PropertyRules([rule(/^x/), rule(/^/, '@')]), ['member'])).toBe(false);
    expect(reads(new PropertyRules([rule(/^y/, '@')]), ['member'])).toBe(false);
  });

  it('that do not exist permit all', () => {
    expect(UNPROTECTED.isActive).toBe(false);
    expect(UNPROTECTED.permits('delete', 'x', callerWith([]))).toBe(true);
  });
});

describe('the signature of an image', () => {
  const complete = {
    img_signature: 'AQID',
    img_signature_hash_method: 'SHA-256',
    img_signature_key_type: 'RSA-PSS',
    img_signature_certificate_uuid: 'cert',
  };
  const signed = (changes: Record<string, string | null>) =>
    signatureOf({ ...complete, ...changes });
  const KEY = 'img_signature_key_type';

  it('is there when all four properties are', () => {
    expect(signatureOf(complete)).toMatchObject({
      hashAlgorithm: 'sha256',
      isPss: true,
      certificateId: 'cert',
    });
    expect([...(signatureOf(complete)?.value ?? [])]).toEqual([1, 2, 3]);
    for (const name of Object.keys(complete)) expect(signed({ [name]: null })).toBeNull();
    expect(signatureOf({})).toBeNull();
  });

  it.each(['224', '256', '384', '512'])('is over SHA-%s', (bits) => {
    const found = signed({ img_signature_hash_method: `SHA-${bits}` });
    expect(found?.hashAlgorithm).toBe(`sha${bits}`);
  });

  it.each([
    ['img_signature_hash_method', 'MD5', 'SHA-224, SHA-256, SHA-384, SHA-512'],
    ['img_signature_hash_method', 'toString', 'must be one of'],
    [KEY, 'RSA', 'RSA-PSS, DSA, ECC_SECT571K1'],
  ])('is refused when %s is %s', (name, value, text) => {
    expect(() => signed({ [name]: value })).toThrow(ImageSignatureRefused);
    expect(() => signed({ [name]: value })).toThrow(`${name} is '${value}'`);
    expect(() => signed({ [name]: value })).toThrow(text);
  });

  it('is in base64, with white space anywhere and padding at the end', () => {
    for (const text of ['AQ\nID', 'AQI=', 'AQ==\n', 'AQ== ']) {
      expect(signed({ img_signature: text })).not.toBeNull();
    }
    for (const text of ['', ' ', '!AQID', 'AQID!', 'AQ===', 'A=Q']) {
      expect(() => signed({ img_signature: text })).toThrow('img_signature must be in base64.');
    }
  });

  it.each([
    ['RSA-PSS', 'rsa', undefined],
    ['RSA-PSS', 'rsa-pss', undefined],
    ['DSA', 'dsa', undefined],
    ['ECC_SECT571K1', 'ec', 'sect571k1'],
    ['ECC_SECT409K1', 'ec', 'sect409k1'],
    ['ECC_SECT571R1', 'ec', 'sect571r1'],
    ['ECC_SECT409R1', 'ec', 'sect409r1'],
    ['ECC_SECP521R1', 'ec', 'secp521r1'],
    ['ECC_SECP384R1', 'ec', 'secp384r1'],
  ])('by %s takes a key of type %s %s and no other', (keyType, type, curve) => {
    const signature = signed({ [KEY]: keyType });
    expect(() => signature?.requireKey({ type, curve })).not.toThrow();
    for (const other of [
      { type: 'ed25519', curve },
      { type: 'ec', curve: 'other' },
    ]) {
      expect(() => signature?.requireKey(other)).toThrow(`The certificate has no ${keyType} key.`);
    }
    expect(signature?.isPss).toBe(keyType === 'RSA-PSS');
  });
});
