// `npm run faults -- SCENARIO --rounds N --seed S`: prepares the clone and breaks the built service; see test/faults.
import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { prepare } from './lib/prepare.mjs';

await prepare();
const flags = ['--import', './test/support/register-typescript.mjs', 'test/faults/run.ts'];
const child = spawn(process.execPath, [...flags, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (status) => process.exit(status ?? 1));
