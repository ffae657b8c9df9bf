import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { ADMIN_PASSWORD } from '../../support/identity.js';
import { eventually, ImageDataFixture, OCTETS } from '../../support/image-data.js';
import { Sandbox } from '../../support/sandbox.js';
import type { ServiceProcess } from '../../support/service-process.js';

const PATIENCE_MS = 60_000;
const SLOW = { CATALOG_DRAIN_DELAY_SECONDS: '2' };

const sandbox = new Sandbox();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let fixture: ImageDataFixture;
let service: ServiceProcess;
let origin: string;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_IMPORT_CONCURRENCY: '0' });
});

afterEach(() => sandbox.stopAll());

afterAll(async () => {
  agent.destroy();
  await sandbox.close();
  await fixture.close();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  service = sandbox.start({
    DATABASE_URL: fixture.app.databaseUrl,
    CATALOG_DATA_DIR: fixture.directory,
    CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...environment,
  });
  origin = await service.listening();
}

async function get(path: string, options: { agent?: Agent } = {}) {
  const asking = request(`${origin}${path}`, { agent: false, ...options }).end();
  const [reply] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of reply) text += String(chunk);
  return { status: reply.statusCode, connection: reply.headers.connection, text };
}

/** An upload of which the first half has arrived. */
async function halfAnUpload() {
  const id = await fixture.createImage();
  const upload = request(`${origin}/image/v2/images/${id}/file`, {
    method: 'PUT',
    agent: false,
    headers: { ...OCTETS, 'x-auth-token': fixture.token },
  });
  const answer = once(upload, 'response') as Promise<[IncomingMessage]>;
  const status = answer.then(
    ([{ statusCode }]) => statusCode ?? 0,
    () => 'cut' as const,
  );
  upload.on('error', () => undefined);
  upload.write('first half, ');
  await eventually(async () => {
    expect((await fixture.show(id)).status).toBe('saving');
  }, PATIENCE_MS);
  return { id, upload, status };
}

/** Browsers and proxies open connections in advance; nobody waits for them. */
async function openWithoutAsking(): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const readiness = (expected: number) =>
  eventually(async () => {
    expect((await get('/readyz')).status).toBe(expected);
  }, PATIENCE_MS);

describe.each([
  ['one process', {}],
  ['two workers', { CATALOG_WORKERS: '2' }],
])('SIGTERM to %s', (_what, workers) => {
  it('fails readiness first, closes connections with each answer, ends what runs, and exits 0', async () => {
    await start({ ...workers, ...SLOW });
    expect(await get('/readyz')).toMatchObject({ status: 200, connection: 'close' });
    expect((await get('/readyz', { agent })).connection).toBe('keep-alive');
    const { id, upload, status } = await halfAnUpload();
    const silent = await openWithoutAsking();

    service.send('SIGTERM');
    await readiness(503);
    expect((await get('/readyz')).text).toMatch(/being stopped/);
    expect(await get('/healthz', { agent })).toMatchObject({ status: 200, connection: 'close' });
    upload.end('second half');

    expect(await status).toBe(204);
    expect(await service.exit()).toEqual({ code: 0, signal: null });
    expect((await fixture.download(id)).bytes.toString()).toBe('first half, second half');
    silent.destroy();
  });
});

describe('SIGTERM', () => {
  it('ends uploads that run over the limit as if their client had gone', async () => {
    await start({ CATALOG_DRAIN_SECONDS: '0' });
    const { id, status } = await halfAnUpload();

    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(await status).toBe('cut');
    expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null });
    expect(await fixture.filesOf(id)).toEqual([]);
  });

  it('ends the process at once when it comes again', async () => {
    await start();
    const { status } = await halfAnUpload();

    service.send('SIGTERM');
    await service.said(/Stopping/);
    // One that comes within half a second is taken for the same one.
    const again = setInterval(() => service.send('SIGTERM'), 100);
    const exit = await service.exit();
    clearInterval(again);
    expect(exit).toEqual({ code: 1, signal: null });
    expect(await status).toBe('cut');
  });
});
