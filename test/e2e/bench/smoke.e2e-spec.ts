import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const FLAGS = ['--import', './test/support/register-typescript.mjs'];

/** Fails when a request fails or a ceiling answers otherwise than the service; says nothing about speed. */
it('measures every workload and prints the table', async () => {
  const server = process.env['TEST_SERVER_URL'] ?? '';
  const run = [...FLAGS, 'bench/run.ts', '--smoke', '--database', server];
  const { stdout } = await promisify(execFile)(process.execPath, run, { timeout: 110_000 });
  expect(stdout).toContain('built 100 %');
  const rows = stdout.split('\n').filter((line) => /^\| [a-zA-Z]/.test(line));
  expect(rows[0]).toMatch(/^\| workload +\| req\/s/);
  expect(rows).toHaveLength(24);
  expect(stdout).toMatch(/open loop, show by id at \d+\/s/);
});
