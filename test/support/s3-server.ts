import { startFauxqs } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { Secret } from '../../src/platform/config/secret.js';
import type { S3Settings } from '../../src/storage/s3/s3-client.js';
import { HttpRelay } from './http-relay.js';

const newBucketName = () => `images-${randomBytes(4).toString('hex')}`;

export interface S3Server {
  readonly settings: S3Settings;
  close(): Promise<void>;
}

export interface RelayedS3Server extends S3Server {
  readonly relay: HttpRelay;
  /** Uploads that were begun and neither completed nor aborted, by their ids. */
  unfinishedUploads(): readonly string[];
}

/** A server that is strict about multipart uploads, but not about signatures, behind a relay. */
export async function startMultipartServer(): Promise<RelayedS3Server> {
  const server = await startFauxqs({ port: 0, logger: false });
  const bucket = newBucketName();
  server.createBucket(bucket);
  const relay = await HttpRelay.before(`http://127.0.0.1:${server.port}`);
  return {
    settings: settingsFor(relay.origin, bucket),
    relay,
    unfinishedUploads: () => unfinishedUploads(relay),
    close: async () => {
      await relay.close();
      await server.stop();
    },
  };
}

/** A server that checks signatures, but cannot abort an upload. */
export async function startSigningServer(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-s3-'));
  const bucket = newBucketName();
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  return {
    settings: settingsFor(`http://127.0.0.1:${port}`, bucket),
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

export function settingsFor(endpoint: string, bucket: string): S3Settings {
  return {
    id: 'cold',
    driver: 's3',
    endpoint,
    bucket,
    region: 'us-east-1',
    prefix: 'catalog/images/',
    accessKeyId: 'S3RVER',
    secretAccessKey: new Secret('S3RVER'),
  };
}

function unfinishedUploads({ calls }: HttpRelay): readonly string[] {
  const begun = calls.flatMap(({ answer }) => /<UploadId>([^<]+)</.exec(answer)?.[1] ?? []);
  const endings = calls.filter(
    ({ method, status }) => status < 300 && (method === 'DELETE' || method === 'POST'),
  );
  const ended = new Set(endings.map(({ url }) => /[?&]uploadId=([^&]+)/.exec(url)?.[1]));
  return begun.filter((uploadId) => !ended.has(uploadId));
}
