import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { ArchiveRefused, DamagedCompression } from '../domain/image-import.errors.js';
import { ByteSource } from './byte-source.js';
import { isZlibError } from './gzip.js';

const LOCAL_HEADER = Buffer.from('PK\u0003\u0004');
const CENTRAL_HEADER = Buffer.from('PK\u0001\u0002');
const END_OF_DIRECTORY = Buffer.from('PK\u0005\u0006');
const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED_FLAGS = 0x2041;
const SIZES_FOLLOW_FLAG = 0x08;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffff_ffff;
const STORED = 0;
const DEFLATED = 8;
/** What follows one member: its descriptor, its entry in the directory, the directory's end and comments. */
const MAX_TAIL_BYTES = 512 * 1024;
const LONGEST_DESCRIPTOR = 24;

interface Member {
  readonly method: number;
  /** Of the packed bytes; null when it is told behind them. */
  readonly packedBytes: number | null;
}

/** The only member of a zip archive (APPNOTE 6.3), as it comes. @throws ArchiveRefused, DamagedCompression */
export async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new ByteSource(source);
  const member = await readHeader(bytes);
  let checksum = 0;
  for await (const chunk of contentOf(member, bytes)) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  requireOnlyMember(await readTail(bytes), checksum);
}

async function readHeader(bytes: ByteSource): Promise<Member> {
  const header = await bytes.take(LOCAL_HEADER_BYTES);
  const flags = header.readUInt16LE(6);
  const method = header.readUInt16LE(8);
  await bytes.take(header.readUInt16LE(26));
  const extra = await bytes.take(header.readUInt16LE(28));
  if ((flags & ENCRYPTED_FLAGS) !== 0) throw new ArchiveRefused('The archive is encrypted.');
  const packedBytes = (flags & SIZES_FOLLOW_FLAG) === 0 ? packedSize(header, extra) : null;
  const canStream = method === DEFLATED || (method === STORED && packedBytes !== null);
  if (!canStream) throw new ArchiveRefused('The archive is not made with deflate.');
  return { method, packedBytes };
}

function packedSize(header: Buffer, extra: Buffer): number {
  const size = header.readUInt32LE(18);
  if (size !== IN_ZIP64) return size;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    // The size of the content is the first of the two; in a local header both are there.
    if (extra.readUInt16LE(at) === ZIP64_EXTRA && at + 20 <= extra.length) {
      return Number(extra.readBigUInt64LE(at + 12));
    }
  }
  throw new DamagedCompression('No size.');
}

function contentOf({ method, packedBytes }: Member, bytes: ByteSource): AsyncIterable<Uint8Array> {
  return method === STORED ? stored(bytes, packedBytes ?? 0) : inflated(bytes);
}

async function* stored(bytes: ByteSource, count: number): AsyncGenerator<Uint8Array> {
  for (let missing = count; missing > 0;) {
    const chunk = await bytes.next(missing);
    if (chunk === null) throw new DamagedCompression('It ends too early.');
    missing -= chunk.length;
    yield chunk;
  }
}

/** Deflated data knows its own end; what was read beyond it is given back. */
async function* inflated(bytes: ByteSource): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  const fed = feed(inflate, bytes);
  // Heard when the content has ended, or instead of it.
  fed.catch((error: unknown) => inflate.destroy(error as Error));
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
    await fed;
  } catch (error) {
    throw isZlibError(error) ? new DamagedCompression(error) : error;
  } finally {
    inflate.destroy();
  }
}

/** One chunk at a time, so that it is known how much of the last one was not content. */
async function feed(inflate: InflateRaw, bytes: ByteSource): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    inflate.once('end', resolve).once('close', resolve);
  });
  let before = 0;
  for (let chunk = await bytes.next(); chunk !== null; chunk = await bytes.next()) {
    const written = new Promise<void>((resolve, reject) => {
      inflate.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    // Behind the end of the content, some versions of Node.js do not answer.
    written.catch(() => undefined);
    await Promise.race([written, ended]);
    const taken = inflate.bytesWritten - before;
    if (taken < chunk.length) {
      bytes.giveBack(chunk.subarray(taken));
      return;
    }
    before = inflate.bytesWritten;
  }
  throw new DamagedCompression('It ends too early.');
}

async function readTail(bytes: ByteSource): Promise<Buffer> {
  let tail = Buffer.alloc(0);
  for (let chunk = await bytes.next(); chunk !== null; chunk = await bytes.next()) {
    tail = Buffer.concat([tail, chunk]);
    if (tail.length > MAX_TAIL_BYTES) break;
  }
  return tail;
}

/** The directory must tell of this member alone, and its checksum. */
function requireOnlyMember(tail: Buffer, checksum: number): void {
  const behind = tail.subarray(0, LONGEST_DESCRIPTOR + LOCAL_HEADER.length);
  if (behind.includes(LOCAL_HEADER) || tail.length > MAX_TAIL_BYTES) throw notOneMember();
  const { members, expected } = readDirectory(tail);
  if (members !== 1) throw notOneMember();
  if (expected !== checksum) throw new DamagedCompression('The checksum differs.');
}

function readDirectory(tail: Buffer): { readonly members: number; readonly expected: number } {
  const entry = tail.indexOf(CENTRAL_HEADER);
  const end = tail.lastIndexOf(END_OF_DIRECTORY);
  const isThere = entry >= 0 && entry <= LONGEST_DESCRIPTOR && end > entry + 20;
  if (!isThere || end + 12 > tail.length) throw new DamagedCompression('No directory.');
  return { members: tail.readUInt16LE(end + 10), expected: tail.readUInt32LE(entry + 16) };
}

const notOneMember = () => new ArchiveRefused('The archive has not exactly one member.');
