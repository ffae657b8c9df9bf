import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterDirectory } from '../../../src/platform/database/embedded/cluster-directory.js';
import { EmbeddedPostgres } from '../../../src/platform/database/embedded/embedded-postgres.js';
import { runCli, startCli } from '../../support/cli.js';
import { query } from '../../support/transfer.js';

const TIMEOUT_MS = 120_000;

let directory: string;
let environment: Record<string, string>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-cli-'));
  environment = { CATALOG_DATA_DIR: join(directory, 'data'), INIT_CWD: directory };
});
afterAll(() => rm(directory, { recursive: true }));

/** PostgreSQL removes this file when it has stopped. */
const isRunning = (): boolean =>
  existsSync(join(new ClusterDirectory(join(directory, 'data')).data, 'postmaster.pid'));

const document = (name: string): string => `${JSON.stringify({ id: randomUUID(), name })}\n`;

describe('the embedded database', () => {
  it(
    'is created and started for a command, and stopped after it',
    async () => {
      const loaded = await runCli(['load', '-'], { environment, stdin: document('first') });
      expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });
      expect(isRunning()).toBe(false);
      const dumped = await runCli(['dump'], { environment });
      expect(dumped.stdout).toContain('"name":"first"');
      expect(isRunning()).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'is shared with a running service and left to it',
    async () => {
      const service = await EmbeddedPostgres.start(join(directory, 'data'), { purpose: 'service' });
      try {
        const loaded = await runCli(['load', '-'], { environment, stdin: document('second') });
        expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });
        const names = await query(service.url, 'SELECT name FROM images ORDER BY name');
        expect(names).toEqual([{ name: 'first' }, { name: 'second' }]);
      } finally {
        await service.stop();
      }
    },
    TIMEOUT_MS,
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'stops with a command that %s ends',
    async (signal, expected) => {
      const child = startCli(['load', '-'], environment);
      child.stdin?.write('{"id": "bad"}\n');
      if (child.stderr !== null) await once(child.stderr, 'data'); // it is loading now
      child.kill(signal);
      const [exitCode] = (await once(child, 'close')) as [number | null];
      expect(exitCode).toBe(expected);
      while (isRunning()) await sleep(20);
    },
    TIMEOUT_MS,
  );
});
