import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import type { Purpose } from '../../src/platform/database/embedded/lease.js';
import { isRunning, postmasterOf, until } from '../support/processes.js';
import { execute } from '../support/test-server.js';

describe('EmbeddedPostgres', () => {
  /** Where a service ran once and stopped. */
  let used: string;
  let directory: string;
  let open: EmbeddedPostgres[];

  beforeAll(async () => {
    used = await mkdtemp(join(tmpdir(), 'catalog-embedded-'));
    const server = await EmbeddedPostgres.start(used, { purpose: 'service', durable: false });
    await server.stop();
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalog-embedded-'));
    await cp(used, directory, { recursive: true });
    open = [];
  });

  afterAll(async () => {
    await rm(used, { recursive: true });
  });

  afterEach(async () => {
    await Promise.all(open.map((server) => server.stop()));
    await rm(directory, { recursive: true });
  });

  async function start(purpose: Purpose): Promise<EmbeddedPostgres> {
    const server = await EmbeddedPostgres.start(directory, { purpose, durable: false });
    open.push(server);
    return server;
  }

  async function stop(server: EmbeddedPostgres): Promise<void> {
    open = open.filter((other) => other !== server);
    await server.stop();
  }

  const pidFile = (): string => join(directory, 'postgres', 'data', 'postmaster.pid');

  const answers = (url: string): Promise<boolean> =>
    execute(url, 'SELECT 1').then(
      () => true,
      () => false,
    );

  it('creates a server with a database, for the loopback interface only', async () => {
    const { url } = await start('service');

    const { rows } = await execute(
      url,
      "SELECT current_database() AS name, current_setting('listen_addresses') AS addresses",
    );
    expect(rows).toEqual([{ name: 'catalog', addresses: '127.0.0.1' }]);
    expect(Number(new URL(url).port)).toBeLessThan(32_768);
  });

  it('asks for a generated password, which only its owner can read', async () => {
    const { url } = await start('service');
    const wrong = new URL(url);
    wrong.password = 'postgres';

    await expect(execute(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const { mode } = await stat(join(directory, 'postgres', 'password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('keeps the data over a restart', async () => {
    const first = await start('service');
    await execute(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await stop(first);
    const second = await start('service');

    expect((await execute(second.url, 'SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  });

  it('leaves no server behind when it stops', async () => {
    const server = await start('service');
    const pid = await postmasterOf(directory);
    await stop(server);

    expect(isRunning(pid)).toBe(false);
  });

  it('leaves nothing half-made when two start for the first time at once', async () => {
    await rm(join(directory, 'postgres'), { recursive: true });
    const [a, b] = await Promise.all([start('tool'), start('tool')]);

    expect(a.url).toBe(b.url);
    expect(await readdir(directory)).toEqual(['postgres']);
  });

  it('refuses a second service in one line', async () => {
    await start('service');

    await expect(start('service')).rejects.toMatchObject({
      name: 'StartupError',
      message: `The data directory is in use by another running service (process ${process.pid}).`,
    });
  });

  it('lets a tool use the server of a running service, and leaves it running', async () => {
    const service = await start('service');
    const tool = await start('tool');
    expect(tool.url).toBe(service.url);
    await stop(tool);

    expect(await answers(service.url)).toBe(true);
  });

  it('lets a service take over the server that a tool started', async () => {
    const tool = await start('tool');
    const service = await start('service');
    expect(service.url).toBe(tool.url);
    await stop(tool);
    expect(await answers(service.url)).toBe(true);
    await stop(service);

    expect(await answers(service.url)).toBe(false);
  });

  it('lets a tool finish when the service stops first', async () => {
    const service = await start('service');
    const tool = await start('tool');
    await stop(service);
    expect(await answers(tool.url)).toBe(true);
    await stop(tool);

    expect(await answers(tool.url)).toBe(false);
  });

  it('comes back under the same address when the server is killed', async () => {
    const service = await start('service');
    await execute(service.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const { url } = service;
    const killed = await postmasterOf(directory);
    process.kill(killed, 'SIGKILL');
    await until(async () => (await answers(url)) && (await postmasterOf(directory)) !== killed);

    expect((await execute(url, 'SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  });

  it('is gone after a stop that came while it was coming back', async () => {
    const service = await start('service');
    const { url } = service;
    const killed = await postmasterOf(directory);
    process.kill(killed, 'SIGKILL');
    await until(async () => (await postmasterOf(directory).catch(() => killed)) !== killed);
    const next = await postmasterOf(directory);
    await stop(service);

    expect(isRunning(next)).toBe(false);
    expect(await answers(url)).toBe(false);
  });

  it('notices a pid file whose process is another program by now', async () => {
    await writeFile(pidFile(), `${process.pid}\n${directory}\n0\n1\n\n127.0.0.1\n\nready   \n`);

    expect(await answers((await start('service')).url)).toBe(true);
  });

  it("says in one line why the server won't start", async () => {
    await writeFile(join(directory, 'postgres', 'data', 'PG_VERSION'), '9.1\n');

    await expect(start('service')).rejects.toMatchObject({
      name: 'StartupError',
      message: 'The embedded database did not start: database files are incompatible with server.',
    });
  });
});
