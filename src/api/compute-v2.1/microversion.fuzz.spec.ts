import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzz, hostileText } from '../../../test/support/fuzzing.js';
import { compareMicroversions, requestedMicroversion } from './microversion.js';

describe('a microversion', () => {
  it('is served, unsupported or malformed, whatever the headers are', () => {
    const text = hostileText(
      'compute 2.39',
      'compute latest',
      '2.1',
      'volume 3.0, compute 2.7',
      ',',
    );
    const header = fc.oneof(text, fc.array(text, { maxLength: 3 }));
    const kinds = new Set<string>();
    fuzz(fc.tuple(header, fc.option(text)), ([standard, nova]) => {
      const headers = {
        'openstack-api-version': standard as string,
        ...(nova !== null && { 'x-openstack-nova-api-version': nova }),
      };
      const found = requestedMicroversion(headers, '2.39');
      kinds.add(found.kind);
      const isInRange =
        /^2\.\d+$/.test(found.text) &&
        compareMicroversions(found.text, '2.1') >= 0 &&
        compareMicroversions(found.text, '2.39') <= 0;
      expect(isInRange || found.kind !== 'served').toBe(true);
    });
    expect([...kinds].toSorted()).toEqual(['malformed', 'served', 'unsupported']);
  });

  it('is ordered like the numbers in it', () => {
    const version = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 200 }));
    fuzz(fc.tuple(version, version), ([a, b]) => {
      const expected = Math.sign(a[0] * 1000 + a[1] - b[0] * 1000 - b[1]);
      expect(Math.sign(compareMicroversions(a.join('.'), b.join('.'))) + 0).toBe(expected + 0);
    });
  });
});
