const SMALLEST_PART = 16n * 1024n * 1024n;
/** Few enough to be listed in one go, however large the image. */
const MOST_PARTS = 4096n;

/**
 * How much of an upload is stored at a time, and at most lost when a process is killed.
 * @returns bytes
 */
export const partBytesOf = (uploadBytes: bigint): bigint => {
  const share = (uploadBytes + MOST_PARTS - 1n) / MOST_PARTS;
  return share > SMALLEST_PART ? share : SMALLEST_PART;
};

/**
 * Bytes that arrive, cut into parts. A source that fails ends its part like any other end, so that what has come is
 * kept; {@link failure} tells.
 */
export class UploadParts {
  /** Why there is no more; null for an end as it should be. */
  failure: { readonly reason: unknown } | null = null;
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Uint8Array | null = null;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** Waits for the next byte. */
  async hasMore(): Promise<boolean> {
    this.rest ??= await this.pull();
    return this.rest !== null;
  }

  /** At most so many bytes, and fewer only if there are no more. */
  async *next(bytes: bigint): AsyncGenerator<Uint8Array> {
    let missing = bytes;
    while (missing > 0n && (await this.hasMore())) {
      const chunk = this.rest ?? new Uint8Array();
      const taken = chunk.byteLength > missing ? chunk.subarray(0, Number(missing)) : chunk;
      this.rest = taken === chunk ? null : chunk.subarray(taken.byteLength);
      missing -= BigInt(taken.byteLength);
      yield taken;
    }
  }

  /** Ends the source, wherever it is. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async pull(): Promise<Uint8Array | null> {
    if (this.failure !== null) return null;
    try {
      for (;;) {
        const result = await this.source.next();
        if (result.done === true) return null;
        if (result.value.byteLength > 0) return result.value;
      }
    } catch (reason) {
      this.failure = { reason };
      return null;
    }
  }
}
