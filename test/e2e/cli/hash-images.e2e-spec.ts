import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../../../src/cli/run.js';
import { eventually, ImageDataFixture, md5, sha512 } from '../../support/image-data.js';

const PATIENCE_MS = 60_000;
const BYTES = Buffer.from('the bytes of an image');

let fixture: ImageDataFixture;
beforeAll(async () => {
  fixture = await ImageDataFixture.start();
});
afterAll(() => fixture.close());

/** In this process: the command is asked many times, and a process of its own takes seconds to start. */
async function hashImages(...args: string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const environment = { DATABASE_URL: fixture.app.databaseUrl };
  const exitCode = await run(['hash-images', ...args], { environment, stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
}

/** An image that was loaded with its data and without these. */
async function imageWithout(...columns: string[]): Promise<string> {
  const id = await fixture.activeImage(BYTES);
  const nulls = columns.map((column) => `${column} = NULL`);
  await fixture.app.database.pool.query(`UPDATE images SET ${nulls.join(', ')} WHERE id = $1`, [
    id,
  ]);
  return id;
}

async function status(expected: RegExp) {
  let result = await hashImages('--status');
  await eventually(async () => {
    result = await hashImages('--status');
    expect(result.stdout).toMatch(expected);
  }, PATIENCE_MS);
  return result;
}

const HASHES = ['checksum', 'os_hash_algo', 'os_hash_value'];

describe('hash-images', () => {
  it('has missing hashes computed, fills in and changes nothing else, and says what failed', async () => {
    const bare = await imageWithout(...HASHES);
    const half = await imageWithout('os_hash_algo', 'os_hash_value');
    const whole = await fixture.activeImage(BYTES);
    const before = await fixture.show(whole);
    const queued = await fixture.createImage();
    const foreign = await imageWithout(...HASHES);
    await fixture.app.database.pool.query("UPDATE images SET owner = 'other' WHERE id = $1", [
      foreign,
    ]);

    expect(await hashImages('--owner', 'nobody')).toMatchObject({ stdout: '0 queued\n' });
    expect(await hashImages('--owner', 'other')).toMatchObject({ stdout: '1 queued\n' });
    expect(await hashImages()).toMatchObject({ exitCode: 0, stderr: '' });
    const done = await status(/^0 waiting, 0 running, 3 done, 0 failed; 63 bytes read\n$/);
    expect(done.exitCode).toBe(0);

    const hashes = { checksum: md5(BYTES), os_hash_algo: 'sha512', os_hash_value: sha512(BYTES) };
    for (const id of [bare, half, foreign]) {
      expect(await fixture.show(id)).toMatchObject({ status: 'active', size: 21, ...hashes });
    }
    expect(await fixture.show(whole)).toEqual(before);
    expect((await fixture.show(queued)).status).toBe('queued');
    expect(await hashImages()).toMatchObject({ stdout: '0 queued\n' });

    const lost = await imageWithout(...HASHES);
    const [file = ''] = await fixture.filesOf(lost);
    await rm(join(fixture.directory, 'images', file), { recursive: true });
    const altered = await imageWithout('os_hash_value');
    await fixture.app.database.pool.query('UPDATE images SET checksum = $2 WHERE id = $1', [
      altered,
      'a'.repeat(32),
    ]);
    await hashImages();
    const { exitCode, stdout } = await status(/0 waiting, 0 running, 3 done, 2 failed;/);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`failed    ${lost}  .*could not be found`));
    expect(stdout).toMatch(new RegExp(`failed    ${altered}  .*not what was stored before`));
    const image = await fixture.show(altered);
    expect(image).toMatchObject({ status: 'active', checksum: 'a'.repeat(32) });
    expect(image).toMatchObject({ os_hash_value: null });
    expect(image).not.toHaveProperty('os_glance_failed_import');
  });

  it('tells how it is used, and what is wrong with a command line', async () => {
    expect((await hashImages('--help')).stdout).toContain('--owner');
    expect(await hashImages('something')).toMatchObject({ exitCode: 2 });
  });
});
