import { describe, expect, it } from '@jest/globals';
import { CompareImageData } from './compare-image-data.js';
import type { ImageDataRepository } from './ports/image-data.repository.js';
import type { ImageDataStores } from './ports/image-data-stores.js';

const THERE = 'there';
const store = {
  stat: (key: string) =>
    Promise.resolve(key === THERE ? { bytes: 5n, modifiedAt: new Date(0) } : null),
};
const comparison = new CompareImageData(
  {} as ImageDataRepository,
  { holding: () => store } as unknown as ImageDataStores,
);
const listed = (key: string, isComplete: boolean) => ({
  storeId: 's3',
  key,
  bytes: 5n,
  isComplete,
});

describe('data that a store lists and no record names', () => {
  it.each([
    ['is there when it can be read', THERE, true, true],
    ['is not there when the store has only forgotten to take it off its list', 'gone', true, false],
    ['is there when a write has not finished it', 'begun', false, true],
  ])('%s', async (_title, key, isComplete, expected) => {
    expect(await comparison.isThere(listed(key, isComplete))).toBe(expected);
  });
});
