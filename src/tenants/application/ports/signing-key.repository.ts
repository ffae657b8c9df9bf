export interface SigningKey {
  /** Public: part of the header of every token. */
  readonly id: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
  /** By the clock of the database. */
  readonly createdAt: Date;
}

/** Port: the keys that sign tokens, shared by all replicas. The newest signs; all of them verify. */
export abstract class SigningKeyRepository {
  /** Newest first. */
  abstract list(): Promise<readonly SigningKey[]>;

  /**
   * Adds a key, created now, if the newest is still `newestSeen` (null: there is none). Of several
   * replicas that try at once one succeeds; for the others nothing changes.
   */
  abstract addAfter(
    newestSeen: string | null,
    key: Pick<SigningKey, 'id' | 'secret'>,
  ): Promise<void>;

  /** Removes all keys but one, or only those of them that were created before a moment. */
  abstract removeExcept(id: string, createdBefore: Date | null): Promise<void>;
}
