import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemStore } from '../../../src/storage/filesystem/filesystem.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';

describeImageDataStore('a directory', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'catalog-store-'));
  const directory = join(parent, 'made', 'when', 'needed');
  return {
    store: new FilesystemStore(directory),
    replica: new FilesystemStore(directory),
    leftovers: () => readdir(directory).catch(() => []),
    close: () => rm(parent, { recursive: true }),
  };
});
