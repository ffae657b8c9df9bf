// `npm run catalog -- COMMAND`: the command line of the catalog. Standard output belongs to the command.
import './lib/node-version.mjs';
import { loadDotEnv } from './lib/environment.mjs';
import { prepare } from './lib/prepare.mjs';

process.env.INIT_CWD ??= process.cwd(); // npm's word for where the user is; file arguments start there
await prepare(process.stderr);
loadDotEnv();
await import('../dist/cli.js');
