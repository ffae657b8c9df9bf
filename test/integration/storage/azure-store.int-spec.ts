import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newImageDataKey } from '../../../src/images/application/image-data-key.js';
import { canPresign } from '../../../src/images/application/ports/image-data-store.js';
import { Secret } from '../../../src/platform/config/secret.js';
import { AzureStore } from '../../../src/storage/azure/azure.store.js';
import { describeImageDataStore } from '../../contract/image-data-store.contract.js';
import { settingsFor, startAzureServer, type AzureServer } from '../../support/azure-server.js';
import { collect, seededBytes, seededChunks, toAsync } from '../../support/seeded-bytes.js';

const MIB = 1024 * 1024;
const unavailable = { kind: 'unavailable' };

describeImageDataStore('a container of Azure Blob Storage', async () => {
  const server = await startAzureServer();
  return {
    store: new AzureStore(server.settings),
    replica: new AzureStore(server.settings),
    leftovers: () => server.leftovers(),
    close: () => server.close(),
  };
});

describe('an Azure server', () => {
  let server: AzureServer;
  let store: AzureStore;
  let key: string;
  beforeAll(async () => {
    server = await startAzureServer();
    store = new AzureStore(server.settings);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    key = newImageDataKey(randomUUID());
  });
  afterEach(async () => {
    server.relay.fault = () => null;
    await store.delete(key);
  });

  const upload = () => store.write(key, toAsync(seededChunks('azure', 20 * MIB)));
  const isBlock = (url: string) => url.includes('comp=block&');
  const isCommit = (method: string, url: string) =>
    method === 'PUT' && url.includes('comp=blocklist');
  const expectNothing = async () => {
    server.relay.fault = () => null;
    expect(await store.stat(key)).toBeNull();
    expect(await server.leftovers()).toEqual([]);
  };

  it('that fails for good at a block leaves nothing (R-11)', async () => {
    let blocks = 0;
    server.relay.fault = (_method, url) =>
      isBlock(url) && (blocks += 1) > 2 ? { status: 500 } : null;
    await expect(upload()).rejects.toMatchObject(unavailable);
    await expectNothing();
  });

  it('that fails once in every five calls is not noticed', async () => {
    server.relay.fault = (_method, _url, count) => (count % 5 === 0 ? { status: 503 } : null);
    expect((await upload()).bytes).toBe(BigInt(20 * MIB));
    server.relay.fault = () => null;
    const stored = await collect(await store.read(key));
    expect(Buffer.compare(stored, seededBytes('azure', 20 * MIB))).toBe(0);
  });

  it('that loses every answer to the commit leaves nothing though it took effect', async () => {
    server.relay.fault = (method, url) => (isCommit(method, url) ? 'lost-answer' : null);
    await expect(upload()).rejects.toMatchObject({ kind: expect.stringMatching(/unav|confl/) });
    await expectNothing();
  });

  it('for want of room is full', async () => {
    const body = '<Error><Code>AccountIsFull</Code><Message>no</Message></Error>';
    server.relay.fault = (_method, url) => (isBlock(url) ? { status: 409, body } : null);
    await expect(upload()).rejects.toMatchObject({ code: 'store-full' });
    await expectNothing();
  });

  it('that breaks off in mid-download breaks the stream instead of ending it (R-12)', async () => {
    await upload();
    server.relay.fault = (method) => (method === 'GET' ? { cutAfter: 5 * MIB } : null);
    await expect(collect(await store.read(key))).rejects.toThrow(/\w/);
  });

  it('accepts the URLs that we give out, for the whole and for ranges', async () => {
    await store.write(key, toAsync([Buffer.from('0123456789')]));
    expect(canPresign(store)).toBe(true);
    const url = await store.presign(key, 60);
    expect(await (await fetch(url)).text()).toBe('0123456789');
    const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    expect(part.headers.get('content-type')).toBe('application/octet-stream');
    const expires = new URL(url).searchParams.get('se') ?? '';
    expect(Date.parse(expires) - Date.now()).toBeLessThanOrEqual(60_000);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).ok).toBe(false);
  });

  it('that refuses our key, or has no such container, is our trouble and not the caller’s', async () => {
    const accountKey = new Secret(Buffer.alloc(32).toString('base64'));
    const stranger = new AzureStore({ ...server.settings, accountKey });
    await expect(stranger.read(key)).rejects.toMatchObject(unavailable);
    const wrong = new AzureStore({ ...server.settings, container: 'nothing-here' });
    await expect(wrong.read(key)).rejects.toMatchObject(unavailable);
    await expect(wrong.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
  });

  it('that nobody runs is unavailable for every operation', async () => {
    const gone = new AzureStore(settingsFor('http://127.0.0.1:9/catalog'));
    await expect(gone.read(key)).rejects.toMatchObject(unavailable);
    await expect(gone.stat(key)).rejects.toMatchObject(unavailable);
    await expect(gone.delete(key)).rejects.toMatchObject(unavailable);
    await expect(gone.write(key, toAsync([]))).rejects.toMatchObject(unavailable);
  });
});
