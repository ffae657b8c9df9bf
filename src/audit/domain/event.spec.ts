import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admin, callerWith, member } from '../../../test/support/domain-fixtures.js';
import { NotFound } from '../../kernel/errors.js';
import { AUDIT_ACTIONS, auditScopeOf, type AuditRecord } from './audit-record.js';
import { eventTypeOf, subjectOf, toCloudEvent } from './cloud-event.js';
import { imageToSee, isWhole, thinned } from './event-view.js';
import { DeadLetterNotFound, WebhookNotFound } from './webhook.js';

const record: AuditRecord = {
  id: 7n,
  occurredAt: new Date('2026-11-22T13:00:00.500Z'),
  action: 'image.update',
  tenantId: 't1',
  imageId: 'i1',
  memberId: null,
  userId: 'u1',
  actingTenantId: 't9',
  requestId: 'req-1',
  before: { name: 'a' },
  after: { name: 'b' },
};
const stranger = callerWith(['member'], { tenantId: 't2' });
const homeless = callerWith(['member'], { tenantId: null });

describe('records', () => {
  it('are read by admins of all, by others of their tenant', () => {
    expect(auditScopeOf({ ...admin, tenantId: 'operator' })).toBe('everything');
    expect(auditScopeOf({ ...member, tenantId: 't1' })).toEqual({ ownedBy: 't1' });
  });

  it('are whole for admins and the tenant that they belong to', () => {
    expect([admin, member, stranger, homeless].map((who) => isWhole(record, who))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isWhole({ ...record, tenantId: null }, homeless)).toBe(false);
  });
});

describe('a cloud event', () => {
  it('says all of a record, under a type and an id of its own', () => {
    expect(toCloudEvent(record, 'http://catalog')).toEqual({
      specversion: '1.0',
      id: '7',
      source: 'http://catalog',
      type: 'org.openstack.image.update',
      subject: 'images/i1',
      time: '2026-11-22T13:00:00.500Z',
      datacontenttype: 'application/json',
      data: {
        tenant_id: 't1',
        image_id: 'i1',
        member_id: null,
        user_id: 'u1',
        acting_tenant_id: 't9',
        request_id: 'req-1',
        before: { name: 'a' },
        after: { name: 'b' },
      },
    });
    expect(eventTypeOf({ action: 'tenant.delete' })).toBe('org.openstack.tenant.delete');
  });

  it('has a number as its id that no other has, however large', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (id) => {
        expect(BigInt(toCloudEvent({ ...record, id }, 'x').id)).toBe(id);
      }),
      { seed: 20_261_122 },
    );
  });

  it('is about the image, else the tenant, else the service', () => {
    expect(subjectOf({ ...record, imageId: null })).toBe('tenants/t1');
    expect(subjectOf({ ...record, imageId: null, tenantId: null })).toBe('service');
  });
});

describe('an event about an image of others', () => {
  const shared = { ...record, action: 'image.member.update', memberId: 't2' };

  it.each([...AUDIT_ACTIONS])(
    'of kind %s is shown to those who see the image, or not',
    (action) => {
      const isPublic = /^image\.(create|update|upload|deactivate|reactivate|delete|restore)$/;
      const shown = isPublic.test(action) ? 'i1' : null;
      expect(imageToSee({ ...record, action }, stranger)).toBe(shown);
      expect(imageToSee({ ...record, action }, homeless)).toBe(shown);
      expect(imageToSee({ ...record, action, memberId: 't2' }, stranger)).toBe('i1');
      expect(imageToSee({ ...record, action, memberId: 't3' }, stranger)).toBe(shown);
    },
  );

  it('tells nothing but that it happened', () => {
    const nobody = { userId: null, actingTenantId: null, requestId: null };
    const nothing = { memberId: null, before: {}, after: {} };
    expect(thinned({ ...shared, memberId: 't3' }, stranger)).toEqual({
      ...shared,
      ...nobody,
      ...nothing,
    });
    expect(thinned(record, homeless)).toEqual({ ...record, ...nobody, ...nothing });
    expect(thinned(shared, stranger)).toEqual({ ...shared, ...nobody });
  });
});

describe('webhooks', () => {
  it('and dead letters that are not there are not found', () => {
    expect(new WebhookNotFound('x').message).toBe("Could not find webhook: 'x'.");
    expect(new DeadLetterNotFound().message).toBe('The webhook has no such dead letter.');
    expect(new DeadLetterNotFound()).toBeInstanceOf(NotFound);
  });
});
