import { startAzureServer } from './azure-server.js';
import type { HttpRelay } from './http-relay.js';
import { startMultipartServer } from './s3-server.js';

const SECRET = 'TEST_CLOUD_SECRET';

/** A server of somebody's cloud behind a relay, as an operator configures it. */
export interface Cloud {
  readonly relay: HttpRelay;
  /** An element of `CATALOG_STORES` without its id. */
  readonly store: object;
  /** What the element refers to. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startS3Cloud(): Promise<Cloud> {
  const { settings, relay, close } = await startMultipartServer();
  const { driver, endpoint, bucket, accessKeyId, secretAccessKey } = settings;
  const store = { driver, endpoint, bucket, accessKeyId, secretAccessKey: { env: SECRET } };
  return { relay, store, environment: { [SECRET]: secretAccessKey?.reveal() ?? '' }, close };
}

export async function startAzureCloud(): Promise<Cloud> {
  const { settings, relay, close } = await startAzureServer();
  const { driver, endpoint, container, accountName, accountKey } = settings;
  const store = { driver, endpoint, container, accountName, accountKey: { env: SECRET } };
  return { relay, store, environment: { [SECRET]: accountKey.reveal() }, close };
}
