import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newImageDataKey } from '../images/application/image-data-key.js';
import { canPresign } from '../images/application/ports/image-data-store.js';
import { StoreReadOnly, StoreUnknown } from '../images/domain/image-data.errors.js';
import type { StoresSettings } from '../platform/config/store-settings.js';
import { loadConfig } from '../platform/config/config.js';
import { OutboundClient } from '../platform/outbound/outbound-client.js';
import { openImageDataStores } from './image-data-stores.js';
import { SilentStoreObserver, type StoreOperation } from './store-observer.js';

const memory = (id: string) => ({ id, driver: 'memory' as const, capacityBytes: 100 });
const bucket = { id: 'cold', driver: 's3' as const, bucket: 'b', region: 'r', prefix: '' };
const settings: StoresSettings = {
  stores: [
    { ...memory('fast'), description: 'Fast disks', weight: 7 },
    { ...memory('old'), readOnly: true },
    { id: 'disk', driver: 'filesystem', path: join(tmpdir(), 'never-written') },
    bucket,
    { id: 'web', driver: 'http' },
  ],
  defaultId: 'fast',
  staging: memory('os_glance_staging_store'),
};

const outbound = new OutboundClient(loadConfig({}).outbound);
const KEY = newImageDataKey('0d8b0b6e-2c0e-4a8e-9b1a-7d2f3c4b5a69');

async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(count);
}

class RecordingObserver extends SilentStoreObserver {
  readonly operations: StoreOperation[] = [];

  override finished(operation: StoreOperation): void {
    this.operations.push(operation);
  }
}

describe('the configured stores', () => {
  it('tell what discovery shows, in the order of the configuration', async () => {
    const { all, defaultId } = await openImageDataStores(
      settings,
      outbound,
      new SilentStoreObserver(),
    );
    expect(defaultId).toBe('fast');
    expect(all).toMatchObject([
      { id: 'fast', type: 'memory', isDefault: true, description: 'Fast disks', weight: 7 },
      { id: 'old', type: 'memory', isDefault: false, isReadOnly: true, description: null },
      { id: 'disk', type: 'file', properties: { data_dir: join(tmpdir(), 'never-written') } },
      { id: 'cold', type: 's3', isReadOnly: false, weight: 0 },
      { id: 'web', type: 'http', isReadOnly: true },
    ]);
  });

  it('give out only the stores that there are, and only writable ones for writing', async () => {
    const stores = await openImageDataStores(settings, outbound, new SilentStoreObserver());
    expect(stores.find('old').id).toBe('old');
    expect(() => stores.find('none')).toThrow(StoreUnknown);
    expect(() => stores.writable('none')).toThrow(StoreUnknown);
    expect(() => stores.writable('old')).toThrow(StoreReadOnly);
    expect(() => stores.writable('web')).toThrow(StoreReadOnly);
    await stores.writable('fast').write(KEY, bytes(1));
    await stores.staging.data.write(KEY, bytes(2));
    expect((await stores.find('fast').data.stat(KEY))?.bytes).toBe(1n);
    expect((await stores.staging.data.stat(KEY))?.bytes).toBe(2n);
    expect(await stores.find('old').data.stat(KEY)).toBeNull();
  });

  it('keep the abilities of their drivers', async () => {
    const stores = await openImageDataStores(settings, outbound, new SilentStoreObserver());
    expect(canPresign(stores.find('cold').data)).toBe(true);
    expect(canPresign(stores.find('fast').data)).toBe(false);
  });

  it('report every call and how it ended to the observer', async () => {
    const observer = new RecordingObserver();
    const store = (await openImageDataStores(settings, outbound, observer)).writable('fast');
    await store.write(KEY, bytes(42));
    await expect(store.write(KEY, bytes(1))).rejects.toThrow('exists already');
    await expect(store.write(`${KEY}0`, bytes(101))).rejects.toThrow('not enough space');
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(store.write(`${KEY}1`, bytes(1), { signal })).rejects.toThrow('gone');
    (await store.read(KEY, { offset: 1n, length: 3n })).destroy();
    await store.stat(KEY);
    await store.delete(KEY);
    await expect(store.read(KEY)).rejects.toThrow('could not be found');
    expect(observer.operations.map((each) => [each.operation, each.outcome, each.bytes])).toEqual([
      ['write', 'ok', 42n],
      ['write', 'conflict', 0n],
      ['write', 'over-quota', 0n],
      ['write', 'failed', 0n],
      ['read', 'ok', 3n],
      ['stat', 'ok', 0n],
      ['delete', 'ok', 0n],
      ['read', 'not-found', 0n],
    ]);
    expect(observer.operations.every(({ seconds }) => seconds >= 0 && seconds < 60)).toBe(true);
    expect(new Set(observer.operations.map(({ storeId }) => storeId))).toEqual(new Set(['fast']));
  });
});
