import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { callbackify } from 'node:util';

/** Bytes of one read: fewer calls than in smaller ones, and still in the caches of a processor. */
export const READ_CHUNK_BYTES = 512 * 1024;

/** A part of a file, in bytes. */
export interface FileBounds {
  readonly offset: bigint;
  readonly length: bigint;
}

/**
 * A part of an open file. Delivers exactly the bytes that were asked for, or errors; owns the file and closes it at its
 * end. Each chunk is memory of its own, as everybody expects of a stream; {@link readInto} is for who needs no more than
 * one at a time.
 */
export class FileStream extends Readable {
  private position: number;
  private missing: number;

  constructor(
    private readonly file: FileHandle,
    { offset, length }: FileBounds,
  ) {
    super({ highWaterMark: READ_CHUNK_BYTES });
    this.position = Number(offset);
    this.missing = Number(length);
  }

  /** How many bytes have not been read yet. */
  get remaining(): number {
    return this.missing;
  }

  /**
   * Reads on into a buffer of the caller. Not to be mixed with reading it as a stream.
   * @returns what it filled of the buffer; nothing of it at the end
   * @throws when the file is shorter than it was, or cannot be read
   */
  async readInto(buffer: Buffer): Promise<Buffer> {
    const wanted = Math.min(buffer.byteLength, this.missing);
    if (wanted === 0) return buffer.subarray(0, 0);
    const { bytesRead } = await this.file.read(buffer, 0, wanted, this.position);
    if (bytesRead === 0) throw new Error('The file ends before the bytes that were asked for.');
    this.position += bytesRead;
    this.missing -= bytesRead;
    return bytesRead === buffer.byteLength ? buffer : buffer.subarray(0, bytesRead);
  }

  override _read(): void {
    const buffer = Buffer.allocUnsafeSlow(Math.min(READ_CHUNK_BYTES, this.missing));
    this.readInto(buffer).then(
      (chunk) => this.push(chunk.byteLength === 0 ? null : chunk),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Waits for a read that is under way.
    callbackify(() => this.file.close())((failure) => {
      done(error ?? failure);
    });
  }
}
