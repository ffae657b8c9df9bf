import type { AuthorizationSnapshot } from '../../domain/authorization.js';
import type { SignedClaims, TokenClaims, TokenScope } from '../../domain/token.js';

export interface AuthorizationQuery {
  readonly userId: string;
  readonly scope: TokenScope;
  readonly applicationCredentialId: string | null;
  readonly federatedLoginId: string | null;
  /** Of an existing token: was it revoked, is its key still in use? */
  readonly token: Pick<SignedClaims, 'auditId' | 'keyId'> | null;
}

/** Port: the present state that a token depends on, straight from the database. */
export abstract class AuthorizationReader {
  /** @returns null when there is no such user or log-in */
  abstract read(query: AuthorizationQuery): Promise<AuthorizationSnapshot | null>;
}

/** Port: the same for tokens in use, remembered for a few seconds. */
export abstract class TokenStates {
  /**
   * The state of what the token depends on: at most 5 s old, and never older than the last change that this
   * process made. Concurrent callers with one token share one look at the database.
   * @throws Unavailable when it is not remembered and the database does not answer
   */
  abstract of(claims: SignedClaims): Promise<AuthorizationSnapshot | null>;
}

/** A token that was ended before its time. */
export abstract class RevokedTokenRepository {
  /** Idempotent. Also forgets the tokens that nobody could show any more. */
  abstract add(claims: Pick<TokenClaims, 'auditId' | 'expiresAt'>): Promise<void>;
}
