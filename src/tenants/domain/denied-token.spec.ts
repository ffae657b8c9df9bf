import { describe, expect, it } from '@jest/globals';
import { DenyList, type DeniedTokens } from './denied-token.js';

const issuer = 'https://id.example';
const at = (second: number): Date => new Date(second * 1000);
const token = { issuer, subject: 'ann', tokenId: 'one', issuedAt: at(100) };
const listOf = (...tokens: DeniedTokens[]) =>
  new DenyList(tokens.map((each) => ({ issuer, tokens: each })));
const untilSecond = (second: number): DeniedTokens => ({ subject: 'ann', issuedUntil: at(second) });

describe('a deny list', () => {
  it('that is empty has no token', () => {
    expect(listOf().has(token)).toBe(false);
  });

  it('has a token by its id, of that issuer alone', () => {
    const list = listOf({ tokenId: 'one' });
    expect(list.has(token)).toBe(true);
    expect(list.has({ ...token, tokenId: 'two' })).toBe(false);
    expect(list.has({ ...token, tokenId: null })).toBe(false);
    expect(list.has({ ...token, issuer: `${issuer}/` })).toBe(false);
    expect(list.has({ ...token, tokenId: 'two', subject: 'one' })).toBe(false);
  });

  it('has the tokens of a user that were issued until then', () => {
    const list = listOf(untilSecond(100));
    expect(list.has(token)).toBe(true);
    expect(list.has({ ...token, issuedAt: at(101) })).toBe(false);
    expect(list.has({ ...token, issuedAt: null })).toBe(true);
    expect(list.has({ ...token, subject: 'bob' })).toBe(false);
    expect(list.has({ ...token, subject: null })).toBe(false);
    expect(list.has({ ...token, issuer: `${issuer}/` })).toBe(false);
  });

  it.each([
    [50, 100],
    [100, 50],
  ])('takes the later of two moments for one user (%i s, %i s)', (first, second) => {
    const list = listOf(untilSecond(first), untilSecond(second));
    expect(list.has(token)).toBe(true);
    expect(list.has({ ...token, issuedAt: at(101) })).toBe(false);
  });
});
