import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { StoreSettings } from '../../platform/config/store-settings.js';

export type S3Settings = Extract<StoreSettings, { driver: 's3' }>;

const CONNECT_TIMEOUT_MS = 5000;
/** Silence on a connection; a reader that rests longer loses it. */
const SOCKET_TIMEOUT_MS = 120_000;
const MAX_SOCKETS = 256;
const ATTEMPTS = 3;

/** The SDK's client, set up so that look-alikes understand it as well as Amazon does. */
export function createS3Client(settings: S3Settings): S3Client {
  const client = new S3Client({
    region: settings.region,
    forcePathStyle: settings.pathStyle ?? settings.endpoint !== undefined,
    maxAttempts: ATTEMPTS,
    // The newer trailing checksums are unknown to many servers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    },
    ...endpointOf(settings),
    ...credentialsOf(settings),
  });
  if (settings.endpoint?.startsWith('http:') !== true) leaveIntegrityToTls(client);
  return client;
}

function endpointOf({ endpoint }: S3Settings): S3ClientConfig {
  return endpoint === undefined ? {} : { endpoint };
}

function credentialsOf({ accessKeyId, secretAccessKey }: S3Settings): S3ClientConfig {
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  return { credentials: { accessKeyId, secretAccessKey: secretAccessKey.reveal() } };
}

/** Otherwise every part is hashed a third time, on the event loop, to sign what TLS protects already. */
function leaveIntegrityToTls(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (call) => {
      const { request } = call as { request?: { headers?: Record<string, string> } };
      if (request?.headers !== undefined) {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(call);
    },
    { step: 'build', name: 'leaveIntegrityToTls' },
  );
}
