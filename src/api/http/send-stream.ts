import type { FastifyReply } from 'fastify';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { FileStream } from '../../platform/files/file-stream.js';
import { FileBody } from './file-body.js';

/**
 * Answers with a stream of a known length. A source that ends early or fails cuts the connection, so that no
 * short body looks complete; when the client goes, the source is destroyed.
 */
export async function sendStream(
  reply: FastifyReply,
  source: Readable,
  bytes: bigint,
): Promise<void> {
  const isFile = source instanceof FileStream && BigInt(source.remaining) === bytes;
  const body = isFile ? new FileBody(source) : ofLength(source, bytes);
  // The client may have gone while the store was asked: nobody would pull, nobody would tell.
  if (reply.raw.destroyed) {
    source.destroy();
    return;
  }
  await reply.header('Content-Length', String(bytes)).send(body);
}

function ofLength(source: Readable, bytes: bigint): Readable {
  const exact = new ExactLength(bytes);
  source.on('error', (error) => exact.destroy(error));
  exact.on('close', () => source.destroy());
  return source.pipe(exact);
}

class ExactLength extends Transform {
  constructor(private missing: bigint) {
    super({ highWaterMark: 1 });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.missing -= BigInt(chunk.byteLength);
    if (this.missing < 0n) done(new Error('The store delivered more than was asked for.'));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.missing === 0n ? null : new Error('The store delivered less than was asked for.'));
  }
}
