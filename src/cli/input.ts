import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { resolvePath } from './catalog.js';
import { CommandError, type Terminal } from './command.js';

/** Small, so that the database is not kept waiting while one is taken apart. */
const CHUNK_BYTES = 128 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** A file, or standard input, that is read once. */
export interface Input {
  readonly name: string;
  /** Bytes as stored; null when that is not known before the end. */
  readonly size: number | null;
  /** What it holds, unpacked if it is a gzip file. @throws CommandError when it cannot be read */
  readonly bytes: AsyncIterable<Buffer>;
  /** How many of the stored bytes have been read. */
  bytesRead(): number;
}

/**
 * @param path a file name, or `-` for standard input
 * @throws CommandError with exit code 2 when there is no such file or it may not be read
 */
export async function openInput(path: string, terminal: Terminal): Promise<Input> {
  if (path === '-') return inputFrom('standard input', null, () => terminal.stdin);
  const place = resolvePath(path, terminal);
  try {
    await access(place, constants.R_OK);
    const file = await stat(place);
    if (file.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    const size = file.isFile() ? file.size : null;
    return inputFrom(path, size, () => createReadStream(place, { highWaterMark: CHUNK_BYTES }));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function inputFrom(name: string, size: number | null, open: () => Readable): Input {
  let count = 0;
  async function* stored(): AsyncGenerator<Buffer> {
    for await (const chunk of open() as AsyncIterable<Buffer>) {
      count += chunk.length;
      yield chunk;
    }
  }
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield* unpacked(stored());
    } catch (error) {
      throw unreadable(name, error);
    }
  }
  return { name, size, bytes: bytes(), bytesRead: () => count };
}

async function* unpacked(stored: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await stored.next();
  if (first.done === true) return;
  const all = precededBy(first.value, stored);
  if (!first.value.subarray(0, 2).equals(GZIP)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors reach the reader of the last stream.
  pipeline(Readable.from(all), gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* precededBy(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a directory',
  Z_DATA_ERROR: 'it is damaged',
  Z_BUF_ERROR: 'it ends too early',
};

function unreadable(name: string, error: unknown): CommandError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new CommandError(`Cannot read ${name}: ${REASONS[code] ?? message}.`, 2);
}
