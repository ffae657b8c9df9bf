import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newImageDataKey } from '../../../src/images/application/image-data-key.js';
import { canPresign } from '../../../src/images/application/ports/image-data-store.js';
import { S3Store } from '../../../src/storage/s3/s3.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';
import { collect, seededBytes, seededChunks, toAsync } from '../../support/seeded-bytes.js';
import {
  settingsFor,
  startMultipartServer,
  startSigningServer,
  type RelayedS3Server,
  type S3Server,
} from '../../support/s3-server.js';

const MIB = 1024 * 1024;
const unavailable = { kind: 'unavailable' };

describeImageDataStore('an S3 bucket', async () => {
  const server = await startMultipartServer();
  return {
    store: new S3Store(server.settings),
    leftovers: async () => server.unfinishedUploads(),
    close: () => server.close(),
  };
});

describe('an S3 server that fails', () => {
  let server: RelayedS3Server;
  let store: S3Store;
  let key: string;
  beforeAll(async () => {
    server = await startMultipartServer();
    store = new S3Store(server.settings);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    key = newImageDataKey(randomUUID());
  });
  afterEach(() => {
    server.relay.fault = () => null;
  });

  const isPart = (url: string, number: number) => url.includes(`partNumber=${number}&`);
  const upload = () => store.write(key, toAsync(seededChunks('s3', 40 * MIB)));
  const expectNothing = async () => {
    server.relay.fault = () => null;
    expect(await store.stat(key)).toBeNull();
    expect(server.unfinishedUploads()).toEqual([]);
  };

  it.each([1, 3, 5])('for good at part %d leaves nothing (R-11)', async (part) => {
    server.relay.fault = (_method, url) => (isPart(url, part) ? { status: 500 } : null);
    await expect(upload()).rejects.toMatchObject(unavailable);
    await expectNothing();
  });

  it('by resetting every connection of a part leaves nothing', async () => {
    server.relay.fault = (_method, url) => (isPart(url, 2) ? 'reset' : null);
    await expect(upload()).rejects.toMatchObject(unavailable);
    await expectNothing();
  });

  it('once in every ten calls is not noticed', async () => {
    server.relay.fault = (_method, _url, count) => (count % 10 === 0 ? { status: 503 } : null);
    expect((await upload()).bytes).toBe(BigInt(40 * MIB));
    server.relay.fault = () => null;
    const stored = await collect(await store.read(key));
    expect(Buffer.compare(stored, seededBytes('s3', 40 * MIB))).toBe(0);
  });

  it('by losing every answer to the completion leaves nothing though it took effect', async () => {
    server.relay.fault = (method, url) =>
      method === 'POST' && url.includes('uploadId=') ? 'lost-answer' : null;
    await expect(upload()).rejects.toMatchObject(unavailable);
    await expectNothing();
  });

  it('for want of room is full', async () => {
    const body = '<Error><Code>QuotaExceeded</Code><Message>no</Message></Error>';
    server.relay.fault = (_method, url) => (isPart(url, 2) ? { status: 403, body } : null);
    await expect(upload()).rejects.toMatchObject({ code: 'store-full' });
    await expectNothing();
  });

  it('in mid-download breaks the stream instead of ending it (R-12)', async () => {
    await upload();
    server.relay.fault = (method) => (method === 'GET' ? { cutAfter: 10 * MIB } : null);
    await expect(collect(await store.read(key))).rejects.toThrow(/aborted|terminated|hang up/);
  });
});

describe('an S3 server that checks signatures', () => {
  let server: S3Server;
  let store: S3Store;
  let key: string;
  beforeAll(async () => {
    server = await startSigningServer();
    store = new S3Store(server.settings);
    key = newImageDataKey(randomUUID());
    await store.write(key, toAsync([Buffer.from('0123456789')]));
  });
  afterAll(() => server.close());

  it('accepts ours', async () => {
    expect(String(await collect(await store.read(key)))).toBe('0123456789');
  });

  it('refuses a wrong secret, which is our trouble and not the caller’s', async () => {
    const stranger = new S3Store({ ...server.settings, accessKeyId: 'somebody' });
    await expect(stranger.read(key)).rejects.toMatchObject(unavailable);
  });

  it('accepts the URLs that we give out, for the whole and for ranges', async () => {
    expect(canPresign(store)).toBe(true);
    const url = await store.presign(key, 60);
    expect(await (await fetch(url)).text()).toBe('0123456789');
    const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    expect(part.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('is unavailable, not empty, when the bucket does not exist', async () => {
    const wrong = new S3Store({ ...server.settings, bucket: 'no-such-bucket' });
    await expect(wrong.read(key)).rejects.toMatchObject(unavailable);
    await expect(wrong.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
  });
});

describe('an S3 server that nobody runs', () => {
  it('is unavailable for every operation', async () => {
    const key = newImageDataKey(randomUUID());
    const gone = new S3Store(settingsFor('http://127.0.0.1:9', 'images'));
    await expect(gone.read(key)).rejects.toMatchObject(unavailable);
    await expect(gone.stat(key)).rejects.toMatchObject(unavailable);
    await expect(gone.delete(key)).rejects.toMatchObject(unavailable);
    await expect(gone.write(key, toAsync([]))).rejects.toMatchObject(unavailable);
    await expect(gone.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
  });
});
