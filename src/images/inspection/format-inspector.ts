import type { Finding, KnownFormat } from './finding.js';
import {
  MAX_REGION_BYTES,
  MAX_TAIL_BYTES,
  type FormatReader,
  type Region,
  type Tail,
} from './format-reader.js';
import { readIso } from './formats/iso.reader.js';
import { readLuks } from './formats/luks.reader.js';
import { readPartitionTable } from './formats/partition-table.reader.js';
import { readQcow2 } from './formats/qcow2.reader.js';
import { readQed } from './formats/qed.reader.js';
import { readVdi } from './formats/vdi.reader.js';
import { readVhd } from './formats/vhd.reader.js';
import { readVhdx } from './formats/vhdx.reader.js';
import { readVmdk } from './formats/vmdk.reader.js';

const READERS: Readonly<Record<KnownFormat, () => FormatReader>> = {
  qcow2: readQcow2,
  qed: readQed,
  vmdk: readVmdk,
  vhd: readVhd,
  vhdx: readVhdx,
  vdi: readVdi,
  iso: readIso,
  luks: readLuks,
  partitions: readPartitionTable,
};

/**
 * Recognises formats in bytes that pass by, all readers side by side. It keeps a copy of at most 64 KiB for each
 * reader and 2 KiB of the end (S-61: under 1 MiB), decompresses nothing, and never throws, whatever the bytes.
 */
export class FormatInspector {
  private readonly runs = (Object.keys(READERS) as KnownFormat[]).map(
    (format) => new ReaderRun(format, READERS[format]()),
  );
  private readonly tail = Buffer.alloc(MAX_TAIL_BYTES);
  private position = 0;

  /** Takes the next bytes; nothing of the chunk is kept by reference. */
  update(chunk: Uint8Array): void {
    for (const run of this.runs) run.feed(chunk, this.position);
    this.position += chunk.byteLength;
    this.keepTail(chunk);
  }

  /** Tells the readers that the data has ended. */
  finish(): void {
    const kept = Math.min(this.position, MAX_TAIL_BYTES);
    for (const run of this.runs) run.end(this.tail.subarray(MAX_TAIL_BYTES - kept));
  }

  /** What has been recognised so far; final after {@link finish}. */
  get findings(): readonly Finding[] {
    return this.runs.flatMap(({ finding }) => finding ?? []);
  }

  /** True once it is certain that the data is not of this format. */
  isExcluded(format: KnownFormat): boolean {
    return this.runs.some((run) => run.format === format && run.isDone && run.finding === null);
  }

  private keepTail(chunk: Uint8Array): void {
    const fresh = chunk.subarray(-MAX_TAIL_BYTES);
    this.tail.copyWithin(0, fresh.byteLength);
    this.tail.set(fresh, MAX_TAIL_BYTES - fresh.byteLength);
  }
}

/** One reader and the bytes that it is waiting for. */
class ReaderRun {
  isDone = false;
  finding: Finding | null = null;
  private wanted: Region | Tail = { fromEnd: 0 };
  private captured = Buffer.alloc(0);
  private filled = 0;
  /** Where the last region ended; the next one must not begin before. */
  private cursor = 0;

  constructor(
    readonly format: KnownFormat,
    private readonly reader: FormatReader,
  ) {
    this.take(reader.next());
  }

  feed(chunk: Uint8Array, position: number): void {
    while (!this.isDone && 'offset' in this.wanted) {
      const { offset, length } = this.wanted;
      const from = offset + this.filled - position;
      if (from >= chunk.byteLength) return;
      const bytes = chunk.subarray(from, from + length - this.filled);
      this.captured.set(bytes, this.filled);
      this.filled += bytes.byteLength;
      if (this.filled < length) return;
      this.cursor = offset + length;
      this.resume(this.captured);
    }
  }

  end(tail: Buffer): void {
    while (!this.isDone) {
      if ('offset' in this.wanted) {
        const isEnough = this.filled >= (this.wanted.atLeast ?? this.wanted.length);
        this.cursor = Number.MAX_SAFE_INTEGER;
        this.resume(isEnough ? this.captured.subarray(0, this.filled) : null);
      } else {
        const { fromEnd } = this.wanted;
        this.resume(tail.byteLength >= fromEnd ? Buffer.from(tail.subarray(-fromEnd)) : null);
      }
    }
  }

  private resume(bytes: Buffer | null): void {
    const view = bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.take(this.reader.next(view));
  }

  private take(result: IteratorResult<Region | Tail, Finding | null>): void {
    if (result.done === true) {
      this.isDone = true;
      this.finding = result.value;
      this.captured = Buffer.alloc(0);
      return;
    }
    this.wanted = result.value;
    this.filled = 0;
    if (!('offset' in this.wanted)) return;
    const { offset, length } = this.wanted;
    const canCome =
      offset >= this.cursor &&
      Number.isSafeInteger(offset + length) &&
      length > 0 &&
      length <= MAX_REGION_BYTES;
    if (canCome) this.captured = Buffer.alloc(length);
    else this.resume(null);
  }
}
