// `npm run bench`: prepares the clone and measures the built service; arguments go to bench/run.ts.
// `npm run bench:data`: the same for image data; arguments go to bench/data/run.ts.
import './lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { prepare } from './lib/prepare.mjs';

await prepare();
const isAboutData = process.argv[2] === 'data';
const program = isAboutData ? 'bench/data/run.ts' : 'bench/run.ts';
const flags = ['--import', './test/support/register-typescript.mjs', program];
const parameters = process.argv.slice(isAboutData ? 3 : 2);
const { status } = spawnSync(process.execPath, [...flags, ...parameters], { stdio: 'inherit' });
process.exit(status ?? 1);
