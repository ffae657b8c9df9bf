import { existsSync } from 'node:fs';

/** Takes settings from `.env` in the current directory; what is set already wins. */
export function loadDotEnv() {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
