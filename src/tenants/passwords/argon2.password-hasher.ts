import { hash, verify, type Options } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { PasswordHasher } from '../application/ports/password-hasher.js';

/** OWASP's first choice for Argon2id (the default algorithm): 19 MiB, two passes, one lane. */
const COST: Options = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Argon2id on the thread pool of the process. */
export class Argon2PasswordHasher extends PasswordHasher {
  /** A hash that no password has, for the time that an unknown user takes. */
  private readonly decoy = hash(randomBytes(32), COST);

  override hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  override async matches(password: string, hashed: string | null): Promise<boolean> {
    const isMatch = await verify(hashed ?? (await this.decoy), password);
    return hashed !== null && isMatch;
  }
}
