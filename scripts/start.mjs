// `npm start`: prepares the clone if need be, then becomes the service, so signals reach it directly.
import './lib/node-version.mjs';
import { loadDotEnv } from './lib/environment.mjs';
import { prepare } from './lib/prepare.mjs';

await prepare();
loadDotEnv();
await import('../dist/main.js');
