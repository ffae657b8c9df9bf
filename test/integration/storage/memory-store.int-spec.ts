import { MemoryStore } from '../../../src/storage/memory/memory.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';

describeImageDataStore('memory', async () => ({
  store: new MemoryStore(),
  leftovers: async () => [],
  close: async () => undefined,
}));
