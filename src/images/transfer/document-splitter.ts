import { isUtf8 } from 'node:buffer';
import { OpenValue } from './open-value.js';

/** One JSON value of the input, or what keeps it from being one. `line` is where it begins, from 1. */
export type Fragment =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: string };

/** A document that the service can hold is at most 128 properties of 64 Ki characters, escaped. */
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const byteSet = (...bytes: number[]): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => Number(bytes.includes(byte)));

/** What can end or nest a value; all other bytes of it are passed over. */
const STRUCTURE = byteSet(LF, QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT);
/** White space, the record separator of RFC 7464, and the bytes of a byte order mark. */
const SEPARATORS = byteSet(0x09, 0x0d, 0x1e, 0x20, 0xef, 0xbb, 0xbf);

/** The end of what stands before the list of an Image API list document. */
const IMAGES_KEY = /(?<!\\)"images"\s*:\s*$/;

/**
 * Cuts a stream of bytes into the JSON texts of image documents, whatever holds them together: one per
 * line or several lines each, a JSON array, the list document `{"images": [...]}`, or all of these in a row.
 * Holds one document at a time. Texts are only cut out, not yet parsed.
 *
 * After a value whose brackets do not match, an opening brace in the first column begins a new document: the
 * lines after a damaged one are read all the same.
 */
export class DocumentSplitter {
  private readonly fragments: Fragment[] = [];
  private line = 1;
  /** Index in the chunk where the current line starts; -1 when it began in an earlier chunk. */
  private lineStart = 0;
  private value: OpenValue | null = null;
  /** The list whose elements are being read. */
  private list: { readonly line: number; readonly isInEnvelope: boolean } | null = null;
  /** Has anything been damaged so far? */
  private isRecovering = false;
  /** Is everything ignored until the next document begins? */
  private isSkipping = false;

  constructor(private readonly maxDocumentBytes = MAX_DOCUMENT_BYTES) {}

  /** @returns what ended within this chunk, in order */
  push(chunk: Buffer): Fragment[] {
    this.scan(chunk);
    return this.fragments.splice(0);
  }

  /** @returns what was still open at the end of the input */
  end(): Fragment[] {
    const nothing = Buffer.alloc(0);
    while (this.value !== null) {
      if (this.value.closers.length === 0) this.finish(this.value, nothing, 0);
      else this.breakOff(this.value, nothing, 0, 'the input ends inside the document');
    }
    if (this.list !== null) this.report(this.list.line, 'the input ends inside the list');
    return this.fragments.splice(0);
  }

  private scan(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.step(chunk, at);
    if (this.value !== null) this.keep(this.value, chunk, chunk.length);
    this.lineStart = this.lineStart === chunk.length ? 0 : -1;
  }

  /** Reads on from `at`; @returns where to go on, which may be the same place in another state */
  private step(chunk: Buffer, at: number): number {
    const { value } = this;
    if (value === null) return this.readBetween(chunk, at);
    return value.isInString ? this.readString(value, chunk, at) : this.readValue(value, chunk, at);
  }

  private readBetween(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (byte === LF) return this.newLine(at);
    if (this.isSkipping && !this.beginsLine(byte, at)) return at + 1;
    this.isSkipping = false;
    if (this.separates(byte)) return at + 1;
    return this.begin(byte, at);
  }

  private begin(byte: number, at: number): number {
    if (byte === OPEN_LIST && this.list === null) {
      this.list = { line: this.line, isInEnvelope: false };
      return at + 1;
    }
    if (byte === CLOSE_LIST && this.list !== null) return this.endList(at);
    this.value = new OpenValue(this.line, at);
    return isOpening(byte) ? nest(this.value, byte, at) : at;
  }

  private readString(value: OpenValue, chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === LF) {
        value.isInString = false;
        if (value.closers.length === 0) return at;
        return this.breakOff(value, chunk, at, 'a line ends inside a string');
      }
      if (value.isEscaped) {
        value.isEscaped = false;
      } else if (byte === QUOTE) {
        value.isInString = false;
        return at + 1;
      } else if (byte === BACKSLASH) {
        value.isEscaped = true;
      }
    }
    return chunk.length;
  }

  private readValue(value: OpenValue, chunk: Buffer, start: number): number {
    const at = nextStructure(chunk, start);
    const byte = chunk[at];
    if (byte === undefined) return at;
    if (byte === QUOTE) {
      value.isInString = true;
      return at + 1;
    }
    if (value.closers.length === 0) return this.readScalar(value, chunk, at);
    if (byte === LF) return this.newLine(at);
    if (byte === COMMA) return at + 1;
    return isOpening(byte) ? this.open(value, chunk, at) : this.close(value, chunk, at);
  }

  /** A number, a word or rubbish: ends with its line, in a list also at a comma or the list's end. */
  private readScalar(value: OpenValue, chunk: Buffer, at: number): number {
    const byte = chunk[at];
    const ends = byte === LF || (this.list !== null && (byte === COMMA || byte === CLOSE_LIST));
    if (!ends) return at + 1;
    this.finish(value, chunk, at);
    return at;
  }

  private open(value: OpenValue, chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (this.beginsLine(byte, at) && !this.mayNest(value, chunk, at)) {
      return this.breakOff(value, chunk, at, 'the document is not complete');
    }
    if (byte === OPEN_LIST && this.isEnvelope(value, chunk, at)) {
      this.list = { line: value.line, isInEnvelope: true };
      this.value = null;
      return at + 1;
    }
    return nest(value, byte, at);
  }

  private close(value: OpenValue, chunk: Buffer, at: number): number {
    if (value.closers.at(-1) !== chunk[at]) {
      return this.breakOff(value, chunk, at, 'its brackets do not match');
    }
    value.closers.pop();
    if (value.closers.length === 0) this.finish(value, chunk, at + 1);
    return at + 1;
  }

  /** The other members of a list document follow: they are read to its end and ignored. */
  private endList(at: number): number {
    if (this.list?.isInEnvelope === true) {
      this.value = new OpenValue(this.list.line, at + 1, false);
      this.value.closers.push(CLOSE_OBJECT);
    }
    this.list = null;
    return at + 1;
  }

  private isEnvelope(value: OpenValue, chunk: Buffer, at: number): boolean {
    const isTopMember = value.closers.length === 1 && value.closers[0] === CLOSE_OBJECT;
    return this.list === null && isTopMember && IMAGES_KEY.test(value.before(chunk, at));
  }

  /** May a value begin here at all? Once something was damaged, first columns are not trusted. */
  private mayNest(value: OpenValue, chunk: Buffer, at: number): boolean {
    if (this.isRecovering) return false;
    const last = value.before(chunk, at).trimEnd().at(-1);
    if (last === ',') return value.closers.at(-1) === CLOSE_LIST;
    return last === ':' || last === '[';
  }

  private beginsLine(byte: number, at: number): boolean {
    return at === this.lineStart && isOpening(byte);
  }

  private separates(byte: number): boolean {
    if (SEPARATORS[byte] === 1) return true;
    if (byte === COMMA) return this.list !== null || this.isRecovering;
    const isClosing = byte === CLOSE_LIST || byte === CLOSE_OBJECT;
    return isClosing && this.isRecovering && this.list === null;
  }

  private newLine(at: number): number {
    this.line += 1;
    this.lineStart = at + 1;
    return at + 1;
  }

  private keep(value: OpenValue, chunk: Buffer, end: number): void {
    const length = value.keep(chunk, end);
    if (length <= this.maxDocumentBytes || value.isRefused) return;
    value.refuse();
    this.report(value.line, `the document is longer than ${this.maxDocumentBytes} bytes`);
  }

  private finish(value: OpenValue, chunk: Buffer, end: number): void {
    this.keep(value, chunk, end);
    this.value = null;
    const bytes = value.bytes();
    if (bytes === null) return;
    if (isUtf8(bytes)) this.fragments.push({ line: value.line, text: bytes.toString('utf8') });
    else this.report(value.line, 'the document is not UTF-8 text');
  }

  /** Gives the value up. The first time, the lines after its first one are read again as new documents. */
  private breakOff(value: OpenValue, chunk: Buffer, at: number, problem: string): number {
    this.keep(value, chunk, at);
    if (!value.isRefused) this.report(value.line, problem);
    const isFirst = !this.isRecovering;
    this.value = null;
    this.list = null;
    this.isRecovering = true;
    this.isSkipping = true;
    const bytes = value.bytes();
    if (isFirst && bytes?.includes(LF)) {
      this.rescan(bytes.subarray(bytes.indexOf(LF) + 1), value.line + 1, at);
    }
    return at;
  }

  private rescan(rest: Buffer, line: number, resumeAt: number): void {
    const { lineStart } = this;
    this.line = line;
    this.lineStart = 0;
    this.scan(rest);
    this.lineStart = lineStart;
    // What began in the rest and is still open goes on in the chunk.
    if (this.value !== null) this.value.start = resumeAt;
  }

  private report(line: number, problem: string): void {
    this.fragments.push({ line, problem });
  }
}

const isOpening = (byte: number): boolean => byte === OPEN_OBJECT || byte === OPEN_LIST;

function nest(value: OpenValue, byte: number, at: number): number {
  value.closers.push(byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST);
  return at + 1;
}

/** @returns the length of the chunk when there is none */
function nextStructure(chunk: Buffer, start: number): number {
  let at = start;
  while (at < chunk.length && STRUCTURE[chunk[at] ?? 0] === 0) at += 1;
  return at;
}
