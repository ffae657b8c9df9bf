import { Inject, Injectable } from '@nestjs/common';
import { grantFor, type AuthorizationSnapshot, type Grant } from '../domain/authorization.js';
import { isExpired, type TokenClaims } from '../domain/token.js';
import { TokenStates } from './ports/authorization.reader.js';
import { TokenCodec } from './ports/token-codec.js';

/** A token that stands: what it says, and what that amounts to at present. */
export interface ResolvedToken {
  readonly claims: TokenClaims;
  readonly grant: Grant;
}

/** Finds out what a token is worth. Runs for every request, so it is mostly look-ups in memory. */
@Injectable()
export class ResolveToken {
  private readonly resolved = new WeakMap<AuthorizationSnapshot, ResolvedToken | 'void'>();

  constructor(
    @Inject(TokenCodec) private readonly codec: TokenCodec,
    @Inject(TokenStates) private readonly states: TokenStates,
  ) {}

  /**
   * @param graceMs accepts tokens that expired up to this long ago
   * @returns null when the token is forged, expired or revoked, or nothing is left of what it stood for
   * @throws Unavailable when the database is needed and does not answer
   */
  async execute(token: string, graceMs = 0): Promise<ResolvedToken | null> {
    const claims = await this.codec.decode(token);
    if (claims === null || isExpired(claims, new Date(), graceMs)) return null;
    const snapshot = await this.states.of(claims);
    if (snapshot === null) return null;
    // A snapshot belongs to one token, so the conclusion can be kept with it.
    let resolved = this.resolved.get(snapshot);
    if (resolved === undefined) {
      const grant = grantFor(claims, snapshot);
      resolved = grant === null ? 'void' : { claims, grant };
      this.resolved.set(snapshot, resolved);
    }
    return resolved === 'void' ? null : resolved;
  }
}
