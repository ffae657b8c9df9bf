import { describe, expect, it } from '@jest/globals';
import { withoutProperties, type AuditRecord } from './audit-record.js';

const record: AuditRecord = {
  id: 1n,
  occurredAt: new Date(0),
  action: 'image.update',
  tenantId: 'a',
  imageId: null,
  memberId: null,
  userId: 'u',
  actingTenantId: 'a',
  requestId: 'req-1',
  before: { name: 'x', properties: { licence: 'k1', colour: 'red' } },
  after: { name: 'y', properties: { colour: 'blue' } },
};

describe('withoutProperties', () => {
  it('leaves out the properties that the caller may not read, and nothing else', () => {
    const seen = withoutProperties(record, (name) => name !== 'licence');

    expect(seen.before).toEqual({ name: 'x', properties: { colour: 'red' } });
    expect(seen.after).toEqual({ name: 'y', properties: { colour: 'blue' } });
  });

  it('leaves a record without properties as it is', () => {
    const tenant = { ...record, before: {}, after: { suspended: true } };

    expect(withoutProperties(tenant, () => false)).toEqual(tenant);
  });
});
