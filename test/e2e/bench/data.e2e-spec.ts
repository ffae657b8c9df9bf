import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PROGRAM = ['--import', './test/support/register-typescript.mjs', 'bench/data/run.ts'];

async function run(...options: string[]): Promise<string> {
  const server = process.env['TEST_SERVER_URL'] ?? '';
  const parameters = [...PROGRAM, ...options, '--database', server];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: 110_000 });
  return stdout;
}

/** Fails when a transfer fails or bytes are missing; says nothing about speed. */
it('moves bytes through every program and prints the tables', async () => {
  const stdout = await run('--mib', '2', '--rounds', '1');
  const hasNginx = !stdout.includes('nginx is skipped');
  const rows = stdout.split('\n').filter((line) => /^\| (?!program|---)/.test(line));
  expect(rows.filter((row) => row.startsWith('| image catalog '))).toHaveLength(2);
  expect(rows).toHaveLength(hasNginx ? 9 : 7);
  expect(stdout).toMatch(/2 MiB a transfer, the median of 1 turns each; load [\d.]+ before/);
});

it('measures how much memory one upload takes', async () => {
  expect(await run('--memory', '0.0625')).toMatch(
    /Upload of 0\.06 GiB in \d+ s: .* grew by \d+ MiB/,
  );
});
