import { describe, expect, it } from '@jest/globals';
import { isExpired, type TokenClaims } from './token.js';

const END = Date.UTC(2026, 10, 22);
const claims = { expiresAt: new Date(END) } as TokenClaims;

describe('a token', () => {
  it.each([
    ['a millisecond before its end', -1, 0, false],
    ['at its end', 0, 0, true],
    ['within the time of grace', 999, 1000, false],
    ['at the end of the time of grace', 1000, 1000, true],
  ])('%s', (_when, offset, grace, expected) => {
    expect(isExpired(claims, new Date(END + offset), grace)).toBe(expected);
  });
});
