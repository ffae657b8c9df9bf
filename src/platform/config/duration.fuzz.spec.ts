import { describe, expect, it } from '@jest/globals';
import { ZodError } from 'zod';
import { expectBoth, fuzz, hostileText } from '../../../test/support/fuzzing.js';
import { duration } from './duration.js';

describe('a duration', () => {
  it('is whole seconds, or refused', () => {
    const outcome = fuzz(
      hostileText('90s', '30m', '12h', '7d', '1', '999999999d', '-1s', '1.5h'),
      (text) => {
        const seconds = duration.parse(text);
        expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true);
        expect(duration.parse(`${seconds}`.slice(0, 9) + 's')).toBe(
          Number(`${seconds}`.slice(0, 9)),
        );
      },
      ZodError,
    );
    expectBoth(outcome);
  });

  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['12h', 43_200],
    ['7d', 604_800],
  ])('%s is %d seconds', (text, seconds) => {
    expect(duration.parse(text)).toBe(seconds);
  });
});
