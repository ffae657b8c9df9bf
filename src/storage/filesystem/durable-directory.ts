import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes what was created, renamed or removed in the directory survive a power cut. */
export async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Creates the directory and its missing parents, for us alone, and makes their names durable. */
export async function createDirectory(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (topmost === undefined) return;
  let created = path;
  while (created.length >= topmost.length) {
    created = dirname(created);
    await flushDirectory(created);
  }
}
