import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileText } from '../../../test/support/fuzzing.js';
import { DomainError } from '../../kernel/errors.js';
import { parseAuditQuery, parseRecordId } from './audit.request.js';

describe('the id of an event', () => {
  it('is a number that the database has, or refused, and is printed as it is read', () => {
    const outcome = fuzz(
      fc.oneof(
        hostileText('1', '42', '9223372036854775807', '9223372036854775808', '-1', '0x1', '1.0'),
        fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String),
      ),
      (text) => {
        const id = parseRecordId(text, 'Last-Event-ID') ?? -1n;
        expect(id >= 0n && id < 2n ** 63n).toBe(true);
        expect(parseRecordId(String(id), 'Last-Event-ID')).toBe(id);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('and every other parameter of a list of records is read or refused', () => {
    const names = fc.constantFrom(
      'image_id',
      'tenant_id',
      'action',
      'user_id',
      'request_id',
      'since',
      'until',
      'limit',
      'marker',
      'other',
    );
    const words = hostileText(
      'image.update',
      '8f2a61a06a0c4a52b4d57f5fdb7a7c11',
      '2026-11-22',
      '7',
    );
    const outcome = fuzz(
      fc.array(fc.tuple(names, words), { maxLength: 3 }),
      (query) => {
        const { limit } = parseAuditQuery(query, { pageSizeDefault: 25, pageSizeMax: 100 });
        expect(limit).toBeLessThanOrEqual(100);
      },
      DomainError,
    );
    expectBoth(outcome);
  });
});
