/** A signature over data that is to pass by. */
export interface DataSignature {
  readonly value: Uint8Array;
  /** A name that OpenSSL knows. */
  readonly hashAlgorithm: string;
  /** RSA with the padding PSS, with a salt of any length. */
  readonly isPss: boolean;
  /** PEM. */
  readonly publicKey: string;
}

/** One run over some data, from its first chunk to its last. */
export interface DataHash {
  /**
   * Takes the next bytes; they may be reused as soon as it returns. A promise means that hashing has fallen
   * behind: wait for it before the next chunk, or memory grows.
   */
  update(chunk: Uint8Array): Promise<void> | undefined;

  /** Ends the run. @returns the digests in lower-case hexadecimal, by algorithm */
  digests(): Promise<ReadonlyMap<string, string>>;

  /** Was the data signed so? Known after {@link digests}; null when there is no signature to verify. */
  readonly isGenuine: boolean | null;

  /** Gives the run up. Idempotent, also after {@link digests}. */
  discard(): void;
}

/** Port: computes digests of data that passes by, and verifies its signature, all at once, without holding up the event loop. */
export abstract class DataHashing {
  /** @param algorithms names that OpenSSL knows, such as `md5` and `sha512` */
  abstract start(algorithms: readonly string[], signature?: DataSignature | null): DataHash;
}
