import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const support = (name: string) => fileURLToPath(new URL(`../../support/${name}`, import.meta.url));

/** Needs user namespaces, which Linux has and containers sometimes forbid. */
const canMount = await run('unshare', ['-Urm', 'true']).then(
  () => true,
  () => false,
);

(canMount ? describe : describe.skip)('a file system of 8 MiB as a store (R-10)', () => {
  let mountPoint: string;
  beforeAll(async () => {
    mountPoint = await mkdtemp(join(tmpdir(), 'catalog-small-'));
  });
  afterAll(() => rm(mountPoint, { recursive: true }));

  async function fill(bytes: number, expectedSize: number): Promise<unknown> {
    const script =
      'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$1" --import "$2" "$3" "$0" "$4" "$5"';
    const program = [
      process.execPath,
      support('register-typescript.mjs'),
      support('fill-small-disk.ts'),
    ];
    const parameters = [
      '-Urm',
      'sh',
      '-c',
      script,
      mountPoint,
      ...program,
      `${bytes}`,
      `${expectedSize}`,
    ];
    const { stdout } = await run('unshare', parameters, { env: { PATH: process.env['PATH'] } });
    return JSON.parse(stdout);
  }

  it('takes what fits', async () => {
    expect(await fill(6 * MIB, 0)).toEqual({ outcome: `stored ${6 * MIB}`, files: ['first.0'] });
  });

  it('is full in mid-write, and the partial file is gone', async () => {
    expect(await fill(20 * MIB, 0)).toEqual({ outcome: 'store-full', files: [] });
  });

  it('is full before the first byte when the announced size cannot fit', async () => {
    expect(await fill(1, 20 * MIB)).toEqual({ outcome: 'store-full', files: [] });
  });
});
