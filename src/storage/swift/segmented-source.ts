/** Cuts one stream into consecutive pieces, each a stream of its own, without holding more than a chunk. */
export class SegmentedSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Uint8Array | null = null;

  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly segmentBytes: number,
  ) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** Whether another piece with at least one byte follows; call it between pieces. */
  async hasMore(): Promise<boolean> {
    while (this.rest === null || this.rest.byteLength === 0) {
      const result = await this.iterator.next();
      if (result.done === true) return false;
      this.rest = result.value;
    }
    return true;
  }

  /** The next piece, to be read to its end; it ends early only when the source fails. */
  async *next(): AsyncGenerator<Uint8Array, void, undefined> {
    let missing = this.segmentBytes;
    while (missing > 0 && (await this.hasMore())) {
      const chunk = this.rest ?? new Uint8Array();
      this.rest = chunk.subarray(missing);
      missing -= Math.min(missing, chunk.byteLength);
      yield chunk.subarray(0, chunk.byteLength - this.rest.byteLength);
    }
  }
}
