import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runCli, type CliOptions } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { query } from '../../support/transfer.js';

const SUMMARY = (counts: string): RegExp =>
  new RegExp(String.raw`^${counts} in \d+\.\d s \([\d,]+ images/s\)\n$`);

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

const catalog = (args: readonly string[], options: CliOptions = {}) =>
  runCli(args, {
    ...options,
    environment: { DATABASE_URL: database.url, INIT_CWD: directory, ...options.environment },
  });

const write = (name: string, content: string | Buffer) => writeFile(join(directory, name), content);
const lines = (...documents: object[]): string =>
  documents.map((item) => `${JSON.stringify(item)}\n`).join('');
const names = async () =>
  (await query<{ name: string }>(database.url, 'SELECT name FROM images ORDER BY name')).map(
    ({ name }) => name,
  );

const one = { id: randomUUID(), name: 'one', owner: 'o' };
const two = { id: randomUUID(), name: 'two', owner: 'o' };

describe('exit code 0', () => {
  it('loads a file that is named from where the user is, and then nothing more', async () => {
    await write('two.jsonl', lines(one, two));
    const first = await catalog(['load', 'two.jsonl']);
    expect(first).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(SUMMARY('2 added, 0 kept, 0 skipped, 0 bad')),
    });
    const second = await catalog(['load', 'two.jsonl']);
    expect(second.stdout).toMatch(SUMMARY('0 added, 2 kept, 0 skipped, 0 bad'));
    expect(await names()).toEqual(['one', 'two']);
  });

  it.each([
    ['a pretty array', JSON.stringify([one, two], null, 2)],
    ['a list document', JSON.stringify({ images: [one, two], schema: '/v2/schemas/images' })],
    ['compressed lines', gzipSync(lines(one, two))],
  ])('reads %s from standard input', async (_, stdin) => {
    const { exitCode } = await catalog(['load', '-'], { stdin });
    expect(exitCode).toBe(0);
    expect(await names()).toEqual(['one', 'two']);
  });

  it('overwrites with --replace', async () => {
    await catalog(['load', '-'], { stdin: lines(one, two) });
    const stdin = lines({ ...one, name: 'uno' }, two);
    const { stdout } = await catalog(['load', '--replace', '-'], { stdin });
    expect(stdout).toMatch(SUMMARY('0 added, 1 replaced, 1 unchanged, 0 skipped, 0 bad'));
    expect(await names()).toEqual(['two', 'uno']);
  });

  it('shows help', async () => {
    for (const args of [['--help'], ['load', '--help'], ['load', 'x', '-h']]) {
      const result = await catalog(args);
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(result.stdout).toMatch(/^Usage: npm run catalog -- (<command>|load FILE\.\.\.)/);
    }
  });
});

describe('exit code 1', () => {
  it('reports bad documents with file and line, and loads the others', async () => {
    await write('a.jsonl', `${lines(one)}{"id": 7}\n`);
    await write('b.json', JSON.stringify([two, one], null, 1));
    const result = await catalog(['load', 'a.jsonl', 'b.json']);
    expect(result.exitCode).toBe(1);
    expect(result.stderr.trimEnd().split('\n').toSorted()).toEqual([
      "a.jsonl line 2: 'id' must be a UUID",
      'b.json line 7: the id stands earlier in the input',
    ]);
    expect(result.stdout).toMatch(SUMMARY('2 added, 0 kept, 0 skipped, 2 bad'));
    expect(await names()).toEqual(['one', 'two']);
  });

  it('shows the first twenty and counts the others', async () => {
    const { stderr, stdout } = await catalog(['load', '-'], { stdin: '{}\n'.repeat(25) });
    const shown = stderr.trimEnd().split('\n');
    expect(shown).toHaveLength(21);
    expect(shown[0]).toBe("line 1: 'id' must be a UUID");
    expect(shown[20]).toBe('... and 5 more bad');
    expect(stdout).toMatch(SUMMARY('0 added, 0 kept, 0 skipped, 25 bad'));
  });

  it('loads nothing with --strict', async () => {
    const stdin = `${lines(one)}nonsense\n${lines(two)}`;
    const result = await catalog(['load', '--strict', '-'], { stdin });
    expect(result).toEqual({
      exitCode: 1,
      stdout: 'Nothing was loaded.\n',
      stderr: expect.stringMatching(/^line 2: not valid JSON/),
    });
    expect(await names()).toEqual([]);
  });

  it('says in one line that the database does not answer', async () => {
    const environment = {
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS: '0',
    };
    const result = await catalog(['load', '-'], { environment });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('127.0.0.1:1');
    expect(result.stderr).not.toContain('    at ');
  });

  it('names a setting that does not exist', async () => {
    const result = await catalog(['load', '-'], { environment: { CATALOG_COLOUR: 'blue' } });
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('CATALOG_COLOUR'),
    });
  });
});

describe('exit code 2', () => {
  it.each([
    ['no command', [], 'Which command?'],
    ['an unknown command', ['lode'], 'There is no command "lode".'],
    ['an inherited name', ['constructor'], 'There is no command "constructor".'],
    ['no file', ['load'], 'Which FILE?'],
    ['an unknown option', ['load', '--fast', 'x'], "Unknown option '--fast'."],
    ['a value for a switch', ['load', '--strict=yes', 'x'], '--strict'],
    ['two files to dump to', ['dump', 'a', 'b'], 'Only one FILE'],
  ])('tells how it is used after %s', async (_, args, reason) => {
    const result = await catalog(args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain(reason);
    expect(result.stderr).toContain('Usage: npm run catalog -- ');
  });

  it('reads no file at all when one of them cannot be read', async () => {
    await write('good.jsonl', lines(one));
    await mkdir(join(directory, 'folder'), { recursive: true });
    const missing = await catalog(['load', 'good.jsonl', 'missing.jsonl']);
    expect(missing).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Cannot read missing.jsonl: there is no such file.\n',
    });
    const folder = await catalog(['load', 'good.jsonl', 'folder']);
    expect(folder.stderr).toBe('Cannot read folder: it is a directory.\n');
    expect(await names()).toEqual([]);
  });

  it('says that a compressed file is cut off', async () => {
    await write('cut.jsonl.gz', gzipSync(lines(one, two)).subarray(0, -10));
    const result = await catalog(['load', 'cut.jsonl.gz']);
    expect(result).toMatchObject({
      exitCode: 2,
      stderr: 'Cannot read cut.jsonl.gz: it ends too early.\n',
    });
    expect(result.stdout).toMatch(/^Stopped\. 0 added/);
  });
});
