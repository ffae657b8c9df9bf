import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logIn } from '../../support/log-in.js';
import { isRunning, postmasterOf } from '../../support/processes.js';
import { Sandbox } from '../../support/sandbox.js';

// Each test starts the service at least once, perhaps on a busy machine.
jest.setTimeout(120_000);

describe('the service on its embedded server', () => {
  const sandbox = new Sandbox();
  /** Where a service ran once and stopped; copied for tests to which the first start does not matter. */
  let used: string;

  beforeAll(async () => {
    used = await sandbox.dataDir();
    const service = sandbox.start({ CATALOG_DATA_DIR: used });
    await service.listening();
    await service.stop();
  });

  afterEach(() => sandbox.stopAll());

  afterAll(() => sandbox.close());

  const passwordIn = async (dataDir: string): Promise<string> => {
    const text = await readFile(join(dataDir, 'clouds.yaml'), 'utf8');
    return JSON.parse(/password: (".*")/.exec(text)?.[1] ?? '""') as string;
  };

  it('starts in an empty directory, greets and answers', async () => {
    const service = sandbox.start({ CATALOG_DATA_DIR: await sandbox.dataDir() });
    const origin = await service.listening();

    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect(service.output).toContain(`${origin}/docs`);
    expect(service.output).toContain('clouds.yaml');
    expect(service.output).toContain('openrc.sh');
    expect(service.complaint).toBe('');
  });

  it('writes a login that works, for its owner only', async () => {
    const dataDir = await sandbox.dataDir(used);
    const service = sandbox.start({ CATALOG_DATA_DIR: dataDir });
    const origin = await service.listening();

    for (const name of ['clouds.yaml', 'openrc.sh']) {
      const path = join(dataDir, name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).toContain(`${origin}/identity/v3`);
    }
    expect(await logIn(origin, await passwordIn(dataDir))).toBe(201);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'stops everything on %s and exits with 0',
    async (signal) => {
      const dataDir = await sandbox.dataDir(used);
      const service = sandbox.start({ CATALOG_DATA_DIR: dataDir });
      const origin = await service.listening();
      const server = await postmasterOf(dataDir);

      expect(await service.stop(signal)).toEqual({ code: 0, signal: null });
      expect(isRunning(server)).toBe(false);
      await expect(fetch(origin)).rejects.toThrow('fetch failed');
    },
  );

  it('leaves no server behind when it is told to stop while it starts', async () => {
    const dataDir = await sandbox.dataDir(used);
    const service = sandbox.start({ CATALOG_DATA_DIR: dataDir, PORT: '1' });

    expect(await service.stop('SIGTERM')).not.toEqual({ code: null, signal: 'SIGKILL' });
    await expect(postmasterOf(dataDir)).rejects.toThrow('ENOENT');
  });

  it('keeps its data from one run to the next', async () => {
    const dataDir = await sandbox.dataDir(used);
    const first = sandbox.start({ CATALOG_DATA_DIR: dataDir, CATALOG_ADMIN_PASSWORD: 'chosen' });
    await first.listening();
    await first.stop();
    const second = sandbox.start({ CATALOG_DATA_DIR: dataDir });

    expect(await logIn(await second.listening(), 'chosen')).toBe(201);
    expect(await passwordIn(dataDir)).toBe('chosen');
  });

  it.each([
    { killed: 'the service', kills: ['service'] },
    { killed: 'the server', kills: ['server'] },
    { killed: 'both', kills: ['service', 'server'] },
  ])('recovers after kill -9 of $killed', async ({ kills }) => {
    const dataDir = await sandbox.dataDir(used);
    const crashed = sandbox.start({ CATALOG_DATA_DIR: dataDir });
    await crashed.listening();
    if (kills.includes('server')) process.kill(await postmasterOf(dataDir), 'SIGKILL');
    await crashed.stop(kills.includes('service') ? 'SIGKILL' : 'SIGTERM');
    const next = sandbox.start({ CATALOG_DATA_DIR: dataDir });

    expect(await logIn(await next.listening(), await passwordIn(dataDir))).toBe(201);
    const server = await postmasterOf(dataDir);
    expect(await next.stop()).toEqual({ code: 0, signal: null });
    expect(isRunning(server)).toBe(false);
  });

  it('refuses to share its data directory with a second service', async () => {
    const dataDir = await sandbox.dataDir(used);
    const first = sandbox.start({ CATALOG_DATA_DIR: dataDir });
    const origin = await first.listening();
    const second = sandbox.start({ CATALOG_DATA_DIR: dataDir });

    expect(await second.exit()).toEqual({ code: 1, signal: null });
    expect(second.complaint).toBe(
      `The data directory is in use by another running service (process ${first.pid}).`,
    );
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });

  it('leaves no server behind when the port is busy', async () => {
    const first = sandbox.start({ CATALOG_DATA_DIR: await sandbox.dataDir(used) });
    const { port } = new URL(await first.listening());
    const dataDir = await sandbox.dataDir();
    const second = sandbox.start({ CATALOG_DATA_DIR: dataDir, PORT: port });

    expect(await second.exit()).toEqual({ code: 1, signal: null });
    expect(second.complaint).toBe(
      `Port ${port} on 127.0.0.1 is already in use: set PORT to another one.`,
    );
    await expect(postmasterOf(dataDir)).rejects.toThrow('ENOENT');
  });
});
