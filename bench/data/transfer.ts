import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Headers = Readonly<Record<string, string>>;

/** Where bytes are read from or sent to. */
export interface Place {
  readonly url: string;
  readonly headers: Headers;
}

const BLOCK = randomBytes(1024 * 1024);
const RECEIVE_BYTES = 1024 * 1024;

/** The bytes of every transfer of this run: nothing in them can be compressed or taken for a disk format. */
export function* blocks(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += BLOCK.length) {
    yield BLOCK.subarray(0, Math.min(BLOCK.length, bytes - sent));
  }
}

/** Sends bytes as they are taken. @throws unless the answer is a success */
export async function upload(place: Place, bytes: number): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes };
  const outgoing = request(place.url, {
    method: 'PUT',
    agent: false,
    headers: { ...place.headers, ...headers },
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    outgoing.on('response', (response) => resolve(response.resume().statusCode));
    outgoing.on('error', reject);
  });
  await pipeline(Readable.from(blocks(bytes), { highWaterMark: 2 }), outgoing);
  const answered = await status;
  if (answered === undefined || answered >= 300) throw new Error(`PUT ${place.url}: ${answered}`);
}

/**
 * Receives into one buffer that is used over and over, so that the client costs as little as a client can.
 * @throws unless all the bytes arrive
 */
export async function download({ url, headers }: Place, bytes: number): Promise<void> {
  const { hostname, port, pathname, host } = new URL(url);
  const lines = Object.entries({ ...headers, host, connection: 'close' });
  const head = [`GET ${pathname} HTTP/1.1`, ...lines.map((line) => line.join(': ')), '', ''];
  let start = '';
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    const onData = (size: number, buffer: Uint8Array): boolean => {
      received += size;
      if (!start.includes('\r\n\r\n'))
        start += Buffer.from(buffer.subarray(0, size)).toString('latin1');
      return true;
    };
    const onread = { buffer: Buffer.alloc(RECEIVE_BYTES), callback: onData };
    const socket = connect({ host: hostname, port: Number(port), onread });
    socket.on('error', reject).on('close', () => resolve());
    socket.write(head.join('\r\n'));
  });
  const body = received - (start.indexOf('\r\n\r\n') + 4);
  if (!start.startsWith('HTTP/1.1 200') || body !== bytes) {
    throw new Error(`GET ${url}: ${start.split('\r\n', 1)[0]}, ${body} of ${bytes} bytes`);
  }
}
