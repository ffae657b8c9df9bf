import { describe, expect, it } from '@jest/globals';
import { Figures } from './figures.js';

const HOUR_MS = 3_600_000;

describe('figures', () => {
  it('are asked for once, however many look', async () => {
    let asked = 0;
    const figures = new Figures(() => Promise.resolve((asked += 1)), HOUR_MS);
    expect(await Promise.all([figures.get(), figures.get(), figures.get()])).toEqual([1, 1, 1]);
  });

  it('are asked for again when they are old', async () => {
    let asked = 0;
    const figures = new Figures(() => Promise.resolve((asked += 1)), 0);
    expect([await figures.get(), await figures.get()]).toEqual([1, 2]);
  });

  it('are unknown while they cannot be had', async () => {
    const figures = new Figures(() => Promise.reject(new Error('down')), HOUR_MS);
    expect(await figures.get()).toBeNull();
  });
});
