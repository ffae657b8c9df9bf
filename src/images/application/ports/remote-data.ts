import type { Readable } from 'node:stream';

export interface RemoteDataOptions {
  readonly signal?: AbortSignal;
  /** More than this is refused, be it announced or just sent. */
  readonly maxBytes: bigint;
}

export interface RemoteDataAnswer {
  /** The caller must consume or destroy it. */
  readonly body: Readable;
  /** As announced; null when the source did not say. */
  readonly bytes: bigint | null;
}

/**
 * Port: data that a user points to by URL, wherever it is. The one way out for every import and location, under
 * the operator's rules (S-55, S-56).
 */
export abstract class RemoteData {
  /** @throws InvalidRequest when a later {@link get} has no chance; its text names the host */
  abstract requirePermitted(url: string): Promise<void>;

  /** @throws a `DomainError` whose text tells nothing of the network behind (S-57), or the signal's reason */
  abstract get(url: string, options: RemoteDataOptions): Promise<RemoteDataAnswer>;
}
