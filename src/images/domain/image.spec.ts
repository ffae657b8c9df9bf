import { describe, expect, it } from '@jest/globals';
import {
  NOW,
  admin,
  callerWith,
  changing,
  imageWith,
  member,
} from '../../../test/support/domain-fixtures.js';
import { Forbidden } from '../../kernel/errors.js';
import { Image } from './image.js';
import { PropertyRules } from './property-protection.js';

describe('tags', () => {
  it('are added and removed once', () => {
    const image = imageWith({ tags: ['a'] });
    expect(image.tag('a', changing())).toBe(image);
    expect(image.untag('b', changing())).toBeNull();
    expect(image.tag('b', changing()).attributes).toMatchObject({ tags: ['a', 'b'], version: 4 });
  });
});

describe('a new image', () => {
  const id = '8f2a61a0-6a0c-4a52-b4d5-7f5fdb7a7c12';

  it('is queued, shared, without anything, and belongs to its maker’s tenant', () => {
    const { attributes } = Image.create(id, { properties: {} }, changing());
    const unset = ['name', 'diskFormat', 'containerFormat', 'size', 'virtualSize', 'checksum'];
    expect(attributes).toEqual({
      ...Object.fromEntries([...unset, 'hashAlgorithm', 'hashValue'].map((name) => [name, null])),
      id,
      owner: 't1',
      status: 'queued',
      visibility: 'shared',
      isProtected: false,
      isHidden: false,
      minDisk: 0,
      minRam: 0,
      tags: [],
      properties: {},
      version: 1,
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  it('has the attributes and properties that it is made with', () => {
    const values = { name: 'n', diskFormat: 'raw', tags: ['a'], properties: { p: '1' } };
    expect(Image.create(id, values, changing()).attributes).toMatchObject(values);
  });

  it('is made for other tenants by admins; naming the own tenant is no matter', () => {
    const forOthers = { owner: 't2', properties: {} };
    expect(() => Image.create(id, forOthers, changing())).toThrow(Forbidden);
    const byAdmin = changing({ principal: admin });
    expect(Image.create(id, forOthers, byAdmin).attributes.owner).toBe('t2');
    const own = Image.create(id, { owner: 't1', properties: {} }, changing());
    expect(own.attributes.owner).toBe('t1');
  });
});

describe('what a caller may do to an image', () => {
  it('is to change it when it is theirs', () => {
    const foreign = callerWith(['member'], { tenantId: 't2' });
    expect(() => imageWith().requireChangeableBy(member)).not.toThrow();
    expect(() => imageWith().requireChangeableBy(foreign)).toThrow('not permitted to change');
  });

  it('is to delete it when it is theirs and not protected', () => {
    const creator = callerWith(['image-creator']);
    expect(() => imageWith().requireDeletableBy(member)).not.toThrow();
    expect(() => imageWith().requireDeletableBy(creator)).toThrow('not permitted to change');
    const kept = imageWith({ isProtected: true });
    expect(() => kept.requireDeletableBy(member)).toThrow('protected and cannot be deleted');
    expect(() => kept.requireDeletableBy(creator)).toThrow('not permitted to change');
  });

  it('is to read its data with the role member, and when it is deactivated as an admin', () => {
    const off = imageWith({ status: 'deactivated' });
    expect(() => imageWith().requireDownloadableBy(member)).not.toThrow();
    expect(() => off.requireDownloadableBy(admin)).not.toThrow();
    expect(() => off.requireDownloadableBy(member)).toThrow('The image is deactivated.');
    expect(() => imageWith().requireDownloadableBy(callerWith(['reader']))).toThrow(
      'Reading the data of images needs the role member.',
    );
  });

  it('is to see the properties that they may read, and the service’s own', () => {
    const image = imageWith({ properties: { x: '1', a: '2', os_glance_x: '3' } });
    const roles = { create: [], update: [], delete: [] };
    const rules = new PropertyRules([
      { pattern: /^x/, roles: { ...roles, read: ['admin'] } },
      { pattern: /^/, roles: { ...roles, read: ['@'] } },
    ]);
    expect(image.seenBy(member, rules).attributes.properties).toEqual({ a: '2', os_glance_x: '3' });
    expect(image.seenBy(admin, rules).attributes.properties).toHaveProperty('x');
    expect(image.seenBy(member, changing().protection)).toBe(image);
  });
});
