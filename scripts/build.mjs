// `npm run build`: dependencies, generated code and `dist`, each only if missing or out of date.
import './lib/node-version.mjs';
import { prepare } from './lib/prepare.mjs';

await prepare();
