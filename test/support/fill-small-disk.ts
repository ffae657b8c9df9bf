// Run in a mount namespace of its own with a small file system at the path given: fills it through a store.
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FilesystemStore } from '../../src/storage/filesystem/filesystem.store.js';

const [directory = '', bytes = '0', expectedSize = '0'] = process.argv.slice(2);
const store = new FilesystemStore(directory);

async function* source(): AsyncGenerator<Uint8Array> {
  for (let made = 0; made < Number(bytes); made += 300_000) {
    yield Buffer.alloc(Math.min(300_000, Number(bytes) - made), 1);
    await pause(0);
  }
}

const outcome = await store.write('first.0', source(), { expectedSize: BigInt(expectedSize) }).then(
  ({ bytes: written }) => `stored ${written}`,
  (error: unknown) => (error as { code?: string }).code,
);
console.log(JSON.stringify({ outcome, files: await readdir(directory) }));
