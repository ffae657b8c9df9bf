import { writeSync } from 'node:fs';
import type { ClientFiles } from '../client-files/client-files.js';
import { CLOUD } from '../client-files/client-files.formats.js';
import type { Config } from '../config/config.js';
import { displayPath } from './display-path.js';

const STDOUT = 1;
const STDERR = 2;

/** What the operator reads when the service has started. */
export interface Greeting {
  /** Where it listens. */
  readonly origin: string;
  /** Where clients reach it, when that is somewhere else. */
  readonly publicUrl: string | null;
  readonly docs: boolean;
  readonly database: string;
  readonly clientFiles: ClientFiles;
  readonly auth: Config['auth'];
}

/** One line about what the service is doing. */
export function say(line: string): void {
  write(STDOUT, line);
}

/** One line about why it cannot. */
export function complain(line: string): void {
  write(STDERR, line);
}

export function greet(greeting: Greeting): void {
  const { origin, publicUrl, docs, database } = greeting;
  const base = publicUrl ?? origin;
  const entries = [
    ['Image API v2', `${base}/image/v2`],
    ['Compute API', `${base}/compute/v2.1`],
    ...identityEntries(greeting, base),
    ...(docs ? [['Swagger UI', `${base}/docs`]] : []),
    ['Database', database],
    ...(greeting.auth.embedded ? loginEntries(greeting.clientFiles) : []),
  ];
  const lines = entries.map(([name = '', value = '']) => `  ${name.padEnd(13)} ${value}`);
  say(['', `Image catalog is listening on ${origin}`, ...lines, ''].join('\n'));
}

/** Every identity that vouches for callers. */
function identityEntries({ auth }: Greeting, base: string): string[][] {
  return [
    ...(auth.isOpen ? [['Identity', 'none: everybody on this machine is the administrator']] : []),
    ...(auth.embedded ? [['Identity', `${base}/identity/v3`]] : []),
    ...(auth.keystone === null ? [] : [['Keystone', auth.keystone.authUrl]]),
    ...auth.oidc.map(({ issuer }) => ['OIDC issuer', issuer]),
  ];
}

const LOGIN_UNKNOWN = ['Log in', 'as set up earlier; CATALOG_ADMIN_PASSWORD sets a new password'];

function loginEntries({ exist, cloudsYaml, openrc }: ClientFiles): string[][] {
  if (!exist) return [LOGIN_UNKNOWN];
  const [clouds, rc] = [displayPath(cloudsYaml), displayPath(openrc)];
  return [
    ['clouds.yaml', `${clouds}  (OS_CLIENT_CONFIG_FILE=${clouds} OS_CLOUD=${CLOUD})`],
    ['openrc.sh', `${rc}  (source ${rc})`],
  ];
}

/** Synchronous, so that a line is out before the process ends; a closed pipe is no reason to fail. */
function write(descriptor: number, line: string): void {
  try {
    writeSync(descriptor, `${line}\n`);
  } catch {
    // Nobody reads it.
  }
}
