import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileText } from '../../../test/support/fuzzing.js';
import { DomainError } from '../../kernel/errors.js';
import { parseComputeList } from './image-list.request.js';

describe('a list request of the Compute dialect', () => {
  it('is a command within bounds or refused, and what is known of it means the same', () => {
    const names = fc.constantFrom(
      'name',
      'status',
      'server',
      'type',
      'minRam',
      'minDisk',
      'changes-since',
      'limit',
      'marker',
      'page_size',
      'offset',
      'property-os',
      'property-',
      'other',
      '__proto__',
    );
    const words = hostileText(
      'in:a,"b"',
      'ACTIVE',
      'ERROR',
      'http://x/servers/1',
      '100',
      '-1',
      '2026-11-22',
    );
    const outcome = fuzz(
      fc.array(fc.tuple(names, words), { maxLength: 4 }),
      (query) => {
        const { command, known } = parseComputeList(query, 1000);
        expect(command.limit >= 1 && command.limit <= 1000).toBe(true);
        expect(parseComputeList(known, 1000)).toEqual({ command, known });
      },
      DomainError,
    );
    expectBoth(outcome);
  });
});
