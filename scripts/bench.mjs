// `npm run bench`: prepares the clone and measures the built service; arguments go to bench/run.ts.
import './lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { prepare } from './lib/prepare.mjs';

await prepare();
const flags = ['--import', './test/support/register-typescript.mjs', 'bench/run.ts'];
const { status } = spawnSync(process.execPath, [...flags, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
