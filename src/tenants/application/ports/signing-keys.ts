/** A key without its secret. */
export interface SigningKeyInfo {
  readonly id: string;
  readonly createdAt: Date;
  /** New tokens are signed with it; the others only verify. */
  readonly isSigning: boolean;
}

/** Port: the keys of all replicas, for whoever has to replace them. */
export abstract class SigningKeys {
  /** Newest first; one at least. */
  abstract list(): Promise<readonly SigningKeyInfo[]>;

  /**
   * Adds a key, which signs as soon as every replica may know it.
   * @param forgetOthers ends every token there is, within seconds on all replicas: after a leak
   */
  abstract rotate(forgetOthers: boolean): Promise<void>;
}
