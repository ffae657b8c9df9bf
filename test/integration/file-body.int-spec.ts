import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileBody } from '../../src/api/http/file-body.js';
import { FileStream, READ_CHUNK_BYTES } from '../../src/platform/files/file-stream.js';
import { eventually } from '../support/image-data.js';
import { makeCertificate } from '../support/tls-certificates.js';

/** Many times what two buffers hold, and no whole number of them. */
const BYTES = randomBytes(40 * READ_CHUNK_BYTES + 12_345);
const SOME = { offset: 777, length: BYTES.byteLength - 2000 };

let directory: string;
let file: string;
const streams: FileStream[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-file-body-'));
  file = join(directory, 'data');
  await writeFile(file, BYTES);
});

afterAll(() => rm(directory, { recursive: true }));

async function answer(response: ServerResponse, { offset, length } = SOME): Promise<void> {
  const bounds = { offset: BigInt(offset), length: BigInt(length) };
  const stream = new FileStream(await open(file), bounds);
  streams.push(stream);
  const body = new FileBody(stream);
  response.on('close', () => body.destroy());
  body.on('error', () => response.destroy());
  response.writeHead(200, { 'content-length': length });
  body.pipe(response);
}

/** Does what is given with a server whose every answer is the part of the file. */
async function withServer(
  make: (listener: http.RequestListener) => http.Server | Promise<http.Server>,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const server = await make((_request, response) => void answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const plain = (listener: http.RequestListener) => http.createServer(listener);
const encrypted = async (listener: http.RequestListener) =>
  https.createServer(await makeCertificate(), listener);
const expected = BYTES.subarray(SOME.offset, SOME.offset + SOME.length);

async function respond(request: http.ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
  return response;
}

async function readSlowly(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(Buffer.from(chunk));
    if (chunks.length % 8 === 0) await sleep(5);
  }
  return Buffer.concat(chunks);
}

describe('a part of a file as the body of an answer', () => {
  it('arrives as it is, however slowly it is read', async () => {
    await withServer(plain, async (port) => {
      const response = await respond(http.request({ port, agent: false }));
      expect((await readSlowly(response)).equals(expected)).toBe(true);
    });
  });

  it('arrives as it is over TLS', async () => {
    await withServer(encrypted, async (port) => {
      const options = { port, agent: false, rejectUnauthorized: false };
      const response = await respond(https.request(options));
      expect((await readSlowly(response)).equals(expected)).toBe(true);
    });
  });

  it('arrives as it is while the answer before it is still on its way', async () => {
    await withServer(plain, async (port) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      const all = await buffer(socket);
      const [first, second] = [all.indexOf(expected), all.lastIndexOf(expected)];
      expect(first).toBeGreaterThan(0);
      expect(second).toBeGreaterThan(first + expected.byteLength - 1);
    });
  });

  it('ends the connection when the file has become shorter', async () => {
    await withServer(plain, async (port) => {
      const response = await respond(http.request({ port, agent: false }));
      await once(response, 'readable');
      await truncate(file, 1);
      await expect(readSlowly(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
      await writeFile(file, BYTES);
    });
  });

  it('lets go of the file when it was sent, and when nobody wants it any more', async () => {
    await withServer(plain, async (port) => {
      await buffer(await respond(http.request({ port, agent: false })));
      const left = await respond(http.request({ port, agent: false }));
      await once(left, 'readable');
      left.destroy();
      await eventually(async () => {
        expect(streams.map(({ closed }) => closed)).toEqual(streams.map(() => true));
        await Promise.resolve();
      });
    });
  });
});

describe('a part of a file as a stream', () => {
  it.each([
    ['some bytes', { offset: 10n, length: 20n }],
    ['several chunks', { offset: 1n, length: BigInt(BYTES.byteLength - 1) }],
    ['nothing', { offset: 5n, length: 0n }],
  ])('has %s', async (_what, bounds) => {
    const stream = new FileStream(await open(file), bounds);
    const from = Number(bounds.offset);
    const wanted = BYTES.subarray(from, from + Number(bounds.length));
    expect((await buffer(stream)).equals(wanted)).toBe(true);
    expect(stream.closed).toBe(true);
  });

  it('fails when the file ends before it', async () => {
    const bounds = { offset: 10n, length: BigInt(BYTES.byteLength) };
    await expect(buffer(new FileStream(await open(file), bounds))).rejects.toThrow(/ends before/);
  });
});
