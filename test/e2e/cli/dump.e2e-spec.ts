import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runCli, startCli } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { load, query } from '../../support/transfer.js';

const IMAGES = 3000;

let directory: string;
let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-cli-'));
  database = await createTestDatabase();
  environment = { DATABASE_URL: database.url, INIT_CWD: directory };
  const documents = Array.from({ length: IMAGES }, (_, i) => ({
    id: randomUUID(),
    name: `image ${i}`,
    description: 'x'.repeat(500),
  }));
  await load(database.url, documents);
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

describe('dump', () => {
  it('writes one image per line to standard output and nothing else', async () => {
    const { exitCode, stdout, stderr } = await runCli(['dump'], { environment });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const images = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(images).toHaveLength(IMAGES);
    expect(images[0]).toMatchObject({ status: 'queued', visibility: 'shared', members: [] });
  });

  it('piped into load fills another catalog with the same', async () => {
    const other = await createTestDatabase();
    const elsewhere = { ...environment, DATABASE_URL: other.url };
    const { stdout } = await runCli(['dump'], { environment });
    const loaded = await runCli(['load', '--strict', '-'], {
      environment: elsewhere,
      stdin: stdout,
    });
    expect(loaded.exitCode).toBe(0);
    const again = await runCli(['dump'], { environment: elsewhere });
    expect(again.stdout === stdout).toBe(true);
    await other.drop();
  });

  it('writes a file, compressed by its name, that only its owner may read', async () => {
    const { stdout } = await runCli(['dump', '-'], { environment });
    for (const name of ['all.jsonl', 'all.jsonl.gz']) {
      const result = await runCli(['dump', name], { environment });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(result.stdout).toMatch(/^3,000 images in /);
      const bytes = await readFile(join(directory, name));
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      expect(text === stdout).toBe(true);
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
    expect((await readdir(directory)).toSorted()).toEqual(['all.jsonl', 'all.jsonl.gz']);
  });

  it('ends quietly when nobody reads on', async () => {
    const child = startCli(['dump'], environment);
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
  });

  it('leaves no file behind when the database fails', async () => {
    await query(database.url, 'ALTER TABLE images RENAME TO away');
    try {
      const result = await runCli(['dump', 'half.jsonl'], { environment });
      expect(result).toMatchObject({ exitCode: 1, stdout: '' });
      expect(result.stderr).toMatch(/^The database refused \(42P01\): .*\n$/);
      expect(await readdir(directory)).not.toContain('half.jsonl');
      expect(await readdir(directory)).not.toContain('half.jsonl.partial');
    } finally {
      await query(database.url, 'ALTER TABLE away RENAME TO images');
    }
  });

  it('says in one line that the file cannot be written', async () => {
    const result = await runCli(['dump', 'no/such/folder.jsonl'], { environment });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/^Cannot write .*no\/such\/folder\.jsonl: .*\n$/);
  });
});
