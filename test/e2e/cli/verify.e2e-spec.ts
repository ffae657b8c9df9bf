import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../support/cli.js';
import { ImageDataFixture, unknownId } from '../../support/image-data.js';

const BYTES = Buffer.from('the bytes of an image');

let fixture: ImageDataFixture;
let ids: string[];

beforeAll(async () => {
  fixture = await ImageDataFixture.start();
  ids = await Promise.all([0, 1, 2].map(() => fixture.activeImage(BYTES)));
});

afterAll(() => fixture.close());

async function verify(...options: readonly string[]) {
  const environment = {
    DATABASE_URL: fixture.app.databaseUrl,
    CATALOG_DATA_DIR: fixture.directory,
  };
  const { exitCode, stdout, stderr } = await runCli(['verify', ...options], { environment });
  return { exitCode, stdout, stderr: stderr.trimEnd() };
}

const query = (sql: string, values: unknown[] = []) => fixture.app.database.pool.query(sql, values);

async function pathOf(id: string): Promise<string> {
  const files = await readdir(fixture.directory, { recursive: true });
  return join(fixture.directory, files.find((file) => file.includes(id)) ?? '');
}

describe('verify', () => {
  it('finds nothing in a catalog that is as it must be, and reads every byte if it is told to', async () => {
    const { exitCode, stdout, stderr } = await verify('--hashes', '--all-data');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Everything is as it must be: \d+ rules, 3 copies, 63 bytes in /);
  });

  it('names everything that is not, once and under its rule, and changes none of it', async () => {
    const [lost = '', short = '', altered = ''] = ids;
    await rm(await pathOf(lost));
    await truncate(await pathOf(short), 5);
    await writeFile(await pathOf(altered), Buffer.alloc(BYTES.length));
    const stray = join(await pathOf(altered), '..', `${unknownId()}.0123456789abcdef`);
    await writeFile(stray, 'nobody knows me');
    await utimes(stray, 0, 0);
    const saving = await fixture.createImage();
    await query(`UPDATE images SET status = 'saving' WHERE id = $1`, [saving]);
    const empty = await fixture.createImage();
    await query(`UPDATE images SET status = 'active' WHERE id = $1`, [empty]);
    await query('UPDATE tenants SET image_count = image_count + 7');

    const expected = [
      [/is in its store.*size/, lost, /recorded 21 bytes, found nothing/],
      [/is in its store.*size/, short, /recorded 21 bytes, found 5 bytes/],
      [/have the hashes/, altered, /differs in md5, sha512/],
      [/belongs to a record/, stray.split('/').at(-1) ?? '', /15 bytes in/],
      [/being saved has an upload/, saving, /no upload/],
      [/active image has data/, empty, /no copy is recorded/],
    ] as const;
    for (let time = 0; time < 2; time += 1) {
      const { exitCode, stdout, stderr } = await verify('--hashes', '--all-data');
      expect(exitCode).toBe(1);
      const lines = stderr.split('\n');
      for (const [claim, subject, detail] of expected) {
        const line = lines.find((text) => text.startsWith(`  ${subject}: `)) ?? '';
        expect(line).toMatch(detail);
        const headline = lines
          .slice(0, lines.indexOf(line))
          .findLast((text) => !text.startsWith(' '));
        expect(headline).toMatch(claim);
      }
      expect(lines.filter((text) => /counted \d+ images/.test(text)).length).toBeGreaterThan(0);
      const found = lines.filter((text) => text.startsWith('  ')).length;
      expect(stdout).toMatch(new RegExp(`^${found} found: `));
    }
  });

  it('takes no arguments', async () => {
    const { exitCode, stderr } = await verify('everything');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^It takes no arguments/);
  });
});
