import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientFiles } from './client-files.js';

const AUTH_URL = 'http://127.0.0.1:9292/identity/v3';

describe('ClientFiles', () => {
  let directory: string;
  let files: ClientFiles;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalog-files-'));
    files = new ClientFiles(directory);
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const write = (password: string): Promise<void> =>
    files.write({ authUrl: AUTH_URL, region: 'RegionOne', password });

  function sourced(variable: string): string {
    const command = `. '${files.openrc}' && printf %s "$${variable}"`;
    return execFileSync('sh', ['-euc', command], { encoding: 'utf8' });
  }

  it('writes both files for their owner only', async () => {
    await write('pw');

    for (const path of [files.cloudsYaml, files.openrc]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect(files.exist).toBe(true);
  });

  it('narrows the mode of a file that was open to others', async () => {
    await writeFile(files.cloudsYaml, '', { mode: 0o644 });
    await write('pw');

    expect((await stat(files.cloudsYaml)).mode & 0o777).toBe(0o600);
  });

  it('names the cloud, the administrator and the address', async () => {
    await write('pw');
    const text = await readFile(files.cloudsYaml, 'utf8');

    expect(text).toContain('\n  catalog:\n');
    expect(text).toContain(`auth_url: "${AUTH_URL}"`);
    expect(text).toContain('username: "admin"');
    expect(text).toContain('identity_api_version: 3');
  });

  it.each(["it's", '"double"', '$HOME `id` \\n', ' leading: colon # hash', '%s', 'öß', '$&'])(
    'keeps the password %s as it is',
    async (password) => {
      await write(password);
      const line = /password: (".*")/.exec(await readFile(files.cloudsYaml, 'utf8'))?.[1] ?? '';

      expect(sourced('OS_PASSWORD')).toBe(password);
      expect(JSON.parse(line)).toBe(password);
    },
  );

  it('tells existing files the new address and keeps everything else', async () => {
    await write('pw');
    await files.pointAt('https://$&.example/identity/v3');

    expect(sourced('OS_AUTH_URL')).toBe('https://$&.example/identity/v3');
    expect(sourced('OS_PASSWORD')).toBe('pw');
    expect(await readFile(files.cloudsYaml, 'utf8')).toContain(
      'auth_url: "https://$&.example/identity/v3"',
    );
  });

  it('creates nothing when it does not know the password', async () => {
    await files.pointAt(AUTH_URL);

    expect(files.exist).toBe(false);
  });
});
