/** How far back the splitter ever looks for what stands before a bracket; in bytes. */
const LOOK_BACK = 256;

/** A JSON value of the input that has begun and not yet ended; its bytes arrive in pieces. */
export class OpenValue {
  /** The brackets that must still come, innermost last. None in a number or word. */
  readonly closers: number[] = [];
  isInString = false;
  /** Was the last byte of the string a backslash that escapes the next one? */
  isEscaped = false;
  /** Too long, and said so: the rest is skipped. */
  isRefused = false;
  private readonly pieces: Buffer[] = [];
  private length = 0;

  constructor(
    /** Where it began, from 1. */
    readonly line: number,
    /** Where it begins or goes on in the current chunk. */
    public start: number,
    /** False when only the end of the value matters. */
    private readonly keepsBytes = true,
  ) {}

  /** Remembers the part in this chunk up to `end`; @returns how many bytes there are so far */
  keep(chunk: Buffer, end: number): number {
    this.length += end - this.start;
    if (this.keepsBytes && !this.isRefused) this.pieces.push(chunk.subarray(this.start, end));
    this.start = 0;
    return this.length;
  }

  refuse(): void {
    this.isRefused = true;
    this.pieces.length = 0;
  }

  /** All that was kept; null when that is not the whole value. */
  bytes(): Buffer | null {
    if (!this.keepsBytes || this.isRefused) return null;
    const [only] = this.pieces;
    return this.pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.pieces);
  }

  /** The last bytes before `end` in the chunk, one character each. */
  before(chunk: Buffer, end: number): string {
    let text = chunk.toString('latin1', Math.max(this.start, end - LOOK_BACK), end);
    for (const piece of this.pieces.toReversed()) {
      if (text.length >= LOOK_BACK) break;
      text = piece.subarray(-LOOK_BACK).toString('latin1') + text;
    }
    return text;
  }
}
