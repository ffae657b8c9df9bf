// `npm run bench`: prepares the clone and measures the built service; arguments go to bench/run.ts.
// `npm run bench:data`: the same for image data; `npm run bench:soak`: whether memory stays flat;
// `npm run bench:limits`: start, workers and overload.
import './lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { prepare } from './lib/prepare.mjs';

await prepare();
const OTHERS = { data: 'bench/data/run.ts', soak: 'bench/soak.ts', limits: 'bench/limits.ts' };
const other = OTHERS[process.argv[2]];
const program = other ?? 'bench/run.ts';
const flags = ['--import', './test/support/register-typescript.mjs', program];
const parameters = process.argv.slice(other ? 3 : 2);
const { status } = spawnSync(process.execPath, [...flags, ...parameters], { stdio: 'inherit' });
process.exit(status ?? 1);
