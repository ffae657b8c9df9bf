import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerWith } from '../../../test/support/domain-fixtures.js';
import {
  MEMBER_STATUSES,
  VISIBILITIES,
  isService,
  isWithinScope,
  listedFor,
  mayAddLocation,
  mayChange,
  mayDelete,
  mayDownload,
  mayRead,
  mayReadLocations,
  visibleTo,
  type AccessView,
} from './image-access.js';

const TENANTS = ['t1', 't2', 't3'] as const;
const ROLES = ['reader', 'member', 'manager', 'admin', 'image-creator', 'service', 'other'];

const owner = fc.constantFrom(null, ...TENANTS);
const principals = fc
  .record({
    roles: fc.subarray(ROLES),
    tenantId: owner,
    serviceRoles: fc.subarray(['service', 'other']).map((names) => new Set(names)),
  })
  .map(({ roles, ...others }) => callerWith(roles, others));
const images: fc.Arbitrary<AccessView> = fc.record({
  owner,
  visibility: fc.constantFrom(...VISIBILITIES),
  members: fc
    .dictionary(fc.constantFrom(...TENANTS), fc.constantFrom(...MEMBER_STATUSES))
    .map((members) => new Map(Object.entries(members))),
});
const listOptions = fc.record({
  visibility: fc.constantFrom(null, 'all' as const, ...VISIBILITIES),
  memberStatus: fc.constantFrom('any' as const, ...MEMBER_STATUSES),
});

const always = <T>(arbitrary: fc.Arbitrary<T>, claim: (value: T) => void): void => {
  fc.assert(fc.property(arbitrary, claim), { seed: 20_261_122, numRuns: 2000 });
};

describe('who sees an image by its id', () => {
  it('is as published, whoever asks and whatever is asked for', () => {
    always(fc.tuple(principals, images), ([who, image]) => {
      const { tenantId } = who;
      const isReader = who.roles.has('reader') && tenantId !== null;
      const isShared =
        image.visibility === 'shared' &&
        (image.owner === null || image.members.has(tenantId ?? ''));
      const isOpen = image.visibility === 'public' || image.visibility === 'community';
      const expected = isReader && (who.isAdmin || image.owner === tenantId || isOpen || isShared);
      expect(isWithinScope(image, visibleTo(who))).toBe(expected);
    });
  });

  it('never includes the private image of another tenant', () => {
    always(fc.tuple(principals, images), ([who, image]) => {
      if (who.isAdmin || image.visibility !== 'private' || image.owner === who.tenantId) return;
      expect(isWithinScope(image, visibleTo(who))).toBe(false);
    });
  });

  it('does not depend on what others answered', () => {
    always(fc.tuple(principals, images), ([who, image]) => {
      const mine = [...image.members].filter(([tenant]) => tenant === who.tenantId);
      const others = { ...image, members: new Map(mine) };
      expect(isWithinScope(others, visibleTo(who))).toBe(isWithinScope(image, visibleTo(who)));
    });
  });
});

describe('what a list holds', () => {
  it('is as published, for every filter', () => {
    always(fc.tuple(principals, images, listOptions), ([who, image, options]) => {
      const asksCommunity = options.visibility === 'community' || options.visibility === 'all';
      const answer = image.members.get(who.tenantId ?? '');
      const counts = answer !== undefined && [answer, 'any'].includes(options.memberStatus);
      const isShared = image.visibility === 'shared' && counts;
      const reasons = [
        image.owner === who.tenantId,
        image.visibility === 'community' && asksCommunity,
        who.isAdmin ? image.visibility !== 'community' : image.visibility === 'public' || isShared,
      ];
      const isReader = who.roles.has('reader') && who.tenantId !== null;
      expect(isWithinScope(image, listedFor(who, options))).toBe(isReader && reasons.some(Boolean));
    });
  });

  it('is never more than what can be seen by id', () => {
    always(fc.tuple(principals, images, listOptions), ([who, image, options]) => {
      if (!isWithinScope(image, listedFor(who, options))) return;
      expect(isWithinScope(image, visibleTo(who))).toBe(true);
    });
  });
});

describe('a scope', () => {
  it('without terms holds nothing, and everything holds all', () => {
    always(images, (image) => {
      expect([isWithinScope(image, []), isWithinScope(image, 'everything')]).toEqual([false, true]);
    });
  });

  it('of foreign images leaves one visibility out', () => {
    const scope = [{ visibilityOtherThan: 'community' }] as const;
    always(images, (image) => {
      expect(isWithinScope(image, scope)).toBe(image.visibility !== 'community');
    });
  });
});

describe('a role', () => {
  it.each([
    // role, reads, downloads, changes, deletes
    ['reader', true, false, false, false],
    ['member', true, true, true, true],
    ['manager', true, true, true, true],
    ['admin', true, true, true, true],
    ['image-creator', true, true, true, false],
    ['service', false, false, false, false],
    ['other', false, false, false, false],
  ])('%s: read %s, download %s, change %s, delete %s own images', (role, ...expected) => {
    const who = callerWith([role]);
    const found = [mayRead(who), mayDownload(who), mayChange(who, 't1'), mayDelete(who, 't1')];
    expect(found).toEqual(expected);
  });

  it.each(ROLES)('%s changes what is another tenant’s or nobody’s for admins only', (role) => {
    const who = callerWith([role]);
    for (const owner of ['t2', null]) {
      expect(mayChange(who, owner)).toBe(role === 'admin');
      expect(mayDelete(who, owner)).toBe(role === 'admin');
    }
  });

  it('counts for nothing without a tenant', () => {
    for (const role of ROLES) {
      const who = callerWith([role], { tenantId: null });
      const found = [mayRead(who), mayDownload(who), mayChange(who, null), mayDelete(who, null)];
      expect(found).toEqual([false, false, false, false]);
    }
  });

  it('that is admin needs no other', () => {
    const who = callerWith([], { isAdmin: true });
    const found = [mayRead(who), mayDownload(who), mayChange(who, 't2'), mayDelete(who, 't2')];
    expect(found).toEqual([true, true, true, true]);
  });
});

describe('where data lies', () => {
  const service = callerWith(['service']);
  const helped = callerWith(['reader'], { serviceRoles: new Set(['service']) });

  it('may be said and learnt by services, by their own token or beside that of a user', () => {
    for (const who of [service, helped]) {
      expect([isService(who), mayAddLocation(who, 't2'), mayReadLocations(who)]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });

  it('may be said by whoever may change the image, and learnt by admins', () => {
    const member = callerWith(['member']);
    expect([mayAddLocation(member, 't1'), mayAddLocation(member, 't2')]).toEqual([true, false]);
    expect([isService(member), mayReadLocations(member)]).toEqual([false, false]);
    expect(mayReadLocations(callerWith(['admin']))).toBe(true);
  });
});
