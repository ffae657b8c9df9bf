/** Port: slow, salted hashes of passwords and secrets, computed off the event loop. */
export abstract class PasswordHasher {
  /** @param password at most 4096 bytes */
  abstract hash(password: string): Promise<string>;

  /**
   * Is this the password behind the hash? Without a hash (no such user, or one without a password) the
   * answer is no, after the same amount of work.
   */
  abstract matches(password: string, hash: string | null): Promise<boolean>;
}
