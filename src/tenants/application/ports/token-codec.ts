import type { SignedClaims, TokenClaims } from '../../domain/token.js';

/** Port: the written form of tokens. */
export abstract class TokenCodec {
  /**
   * Signs with the newest key.
   * @returns URL-safe text of at most 1024 characters
   */
  abstract encode(claims: TokenClaims): Promise<string>;

  /**
   * Verifies the signature, and nothing else: expiry, revocation and the state of the user are the
   * caller's business.
   * @returns null for anything that no key in use has signed
   */
  abstract decode(token: string): Promise<SignedClaims | null>;
}
