import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { query } from '../../support/transfer.js';

let directory: string;
let database: TestDatabase;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-cli-'));
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const load = (...args: string[]) =>
  runCli(['load-definitions', ...args], {
    environment: { DATABASE_URL: database.url, INIT_CWD: directory },
  });
const write = (name: string, body: unknown) =>
  writeFile(join(directory, name), JSON.stringify(body));
const names = async () =>
  (
    await query<{ name: string }>(database.url, 'SELECT name FROM metadef_namespaces ORDER BY name')
  ).map(({ name }) => name);

describe('exit code 0', () => {
  it('loads the definitions that come with the catalog, and then nothing more', async () => {
    const first = await load();
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('created   OS::Compute::Watchdog\n');
    expect(first.stdout).toMatch(/\n\d\d created, 0 replaced, 0 kept, 0 unchanged\n$/);
    const second = await load('--replace');
    expect(second.stdout).toMatch(/^0 created, 0 replaced, 0 kept, \d\d unchanged\n$/);
    expect(await names()).toContain('OS::Compute::Watchdog');
  });

  it('loads a file or a directory that is named from where the user is', async () => {
    await mkdir(join(directory, 'several'), { recursive: true });
    await write('several/a.json', { namespace: 'A' });
    await write('several/b.json', { namespace: 'B' });
    await write('several/notes.txt', 'no definition');
    expect((await load('several')).stdout).toBe(
      'created   A\ncreated   B\n2 created, 0 replaced, 0 kept, 0 unchanged\n',
    );
    await write('a.json', { namespace: 'A', description: 'changed' });
    expect((await load('a.json')).stdout).toBe(
      'kept      A\n0 created, 0 replaced, 1 kept, 0 unchanged\n',
    );
    expect((await load('a.json', '--replace')).stdout).toBe(
      'replaced  A\n0 created, 1 replaced, 0 kept, 0 unchanged\n',
    );
  });

  it('tells how it is used', async () => {
    const { exitCode, stdout } = await load('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('load-definitions [DIR|FILE] [--replace]');
  });
});

describe('exit code 1', () => {
  it('says that the database does not answer', async () => {
    const environment = {
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS: '0',
    };
    const { exitCode, stdout, stderr } = await runCli(['load-definitions'], { environment });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('127.0.0.1:1');
  });
});

describe('exit code 2', () => {
  it('names a file that cannot be used, and loads nothing', async () => {
    await write('broken.json', { namespace: 1 });
    const { exitCode, stdout, stderr } = await load('broken.json');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `${join(directory, 'broken.json')}: The namespace is not valid at '/namespace': it must be string.\n`,
    );
    await write('broken.json', { namespace: 'N', tags: [{ name: 't' }, { name: 't' }] });
    expect((await load('broken.json')).stderr).toBe(
      `${join(directory, 'broken.json')}: The name 't' is already taken in this namespace.\n`,
    );
    expect(await names()).toEqual([]);
    expect((await load('absent.json')).stderr).toBe(
      `${join(directory, 'absent.json')} cannot be read.\n`,
    );
  });

  it('takes one file or directory', async () => {
    const { exitCode, stderr } = await load('a', 'b');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: ');
  });
});
