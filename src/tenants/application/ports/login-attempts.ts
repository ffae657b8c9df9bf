/** Who tries to log in, from where. */
export interface LoginSource {
  /** The user's id, or the text that was given for one that does not exist. */
  readonly user: string;
  /** The address of the client. */
  readonly address: string;
}

/** Port: counts failed log-ins, and keeps expensive ones from starting all at once. */
export abstract class LoginAttempts {
  /**
   * Runs one attempt and counts it as failed when it yields null.
   * @throws TooManyAttempts without running it when the user from this address, or the address, has failed
   *   too often
   * @throws Unavailable when too many attempts are waiting already
   */
  abstract run<T>(source: LoginSource, attempt: () => Promise<T | null>): Promise<T | null>;
}
