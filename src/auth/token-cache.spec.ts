import { describe, expect, it } from '@jest/globals';
import { TokenCache, type Expiring } from './token-cache.js';

const LATER: Expiring = { expiresAtMs: Infinity };

describe('a token cache', () => {
  it('lets one question answer all who ask meanwhile', async () => {
    let asked = 0;
    const cache = new TokenCache(1000);
    const ask = async (): Promise<Expiring> => {
      asked += 1;
      await Promise.resolve();
      return LATER;
    };

    await Promise.all(Array.from({ length: 50 }, () => cache.get('token', ask)));
    await cache.get('token', ask);
    expect(asked).toBe(1);
  });

  it('forgets failures at once, and all who wait share them', async () => {
    const cache = new TokenCache(1000);
    const fail = () => Promise.reject(new Error('away'));

    const waiting = [cache.get('token', fail), cache.get('token', () => Promise.resolve(LATER))];
    for (const each of waiting) await expect(each).rejects.toThrow('away');
    expect(await cache.get('token', () => Promise.resolve(LATER))).toBe(LATER);
  });

  it('bounds how many tokens are in question at once', async () => {
    const cache = new TokenCache(1000);
    let answer = (): void => undefined;
    const gate = new Promise<null>((resolve) => {
      answer = () => {
        resolve(null);
      };
    });
    const waiting = Array.from({ length: 1000 }, (_, index) => cache.get(`${index}`, () => gate));

    await expect(cache.get('one more', () => gate)).rejects.toMatchObject({ kind: 'unavailable' });
    answer();
    await Promise.all(waiting);
    expect(await cache.get('one more', () => Promise.resolve(LATER))).toBe(LATER);
  });

  it('keeps good tokens while refused ones pour in', async () => {
    const cache = new TokenCache(60_000);
    await cache.get('good', () => Promise.resolve(LATER));
    for (let index = 0; index < 25_000; index += 1) {
      await cache.get(`bad ${index}`, () => Promise.resolve(null));
    }
    expect(await cache.get('good', () => Promise.resolve(null))).toBe(LATER);
  });
});
