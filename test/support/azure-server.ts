import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../src/platform/config/secret.js';
import type { AzureSettings } from '../../src/storage/azure/azure-client.js';
import { HttpRelay } from './http-relay.js';

const ACCOUNT = 'catalog';
const KEY = randomBytes(32).toString('base64');
const LISTENING = /listens on http:\/\/127\.0\.0\.1:(\d+)/i;

export interface AzureServer {
  readonly settings: AzureSettings;
  readonly relay: HttpRelay;
  /** Names of everything in the container, blocks without a commit included. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Microsoft's own stand-in for Blob Storage, as a process, behind a relay. */
export async function startAzureServer(): Promise<AzureServer> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-azure-'));
  const { process: server, origin } = await startAzurite(directory);
  const relay = await HttpRelay.before(origin);
  const settings = settingsFor(`${relay.origin}/${ACCOUNT}`);
  const container = new ContainerClient(
    `${origin}/${ACCOUNT}/${settings.container}`,
    new StorageSharedKeyCredential(ACCOUNT, KEY),
  );
  await container.create();
  return {
    settings,
    relay,
    leftovers: async () => {
      const names: string[] = [];
      const everything = container.listBlobsFlat({ includeUncommitedBlobs: true });
      for await (const { name } of everything) names.push(name);
      return names;
    },
    close: async () => {
      await relay.close();
      server.kill();
      await once(server, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function settingsFor(endpoint: string): AzureSettings {
  return {
    id: 'cold',
    driver: 'azure',
    container: 'images',
    accountName: ACCOUNT,
    accountKey: new Secret(KEY),
    endpoint,
    prefix: 'catalog/images/',
  };
}

async function startAzurite(
  directory: string,
): Promise<{ readonly process: ChildProcess; readonly origin: string }> {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const options = ['--blobHost', '127.0.0.1', '--blobPort', '0', '--location', directory];
  const server = spawn(
    process.execPath,
    [program, ...options, '--skipApiVersionCheck', '--disableTelemetry'],
    {
      cwd: directory,
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const port = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += String(chunk);
      const [, found] = LISTENING.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.once('exit', () => {
      reject(new Error(`Azurite ended: ${output}`));
    });
  });
  return { process: server, origin: `http://127.0.0.1:${port}` };
}
