import { Inject, Injectable } from '@nestjs/common';
import { Forbidden, NotFound } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { mayInspectTokenOf, mayRevokeTokenOf } from './identity-access.js';
import { EXPIRED_TOKEN_WINDOW_MS } from '../domain/token.js';
import { RevokedTokenRepository } from './ports/authorization.reader.js';
import { ResolveToken, type ResolvedToken } from './resolve-token.js';

export interface ShowTokenQuery {
  readonly token: string;
  /** Also show a token that expired less than 48 hours ago. */
  readonly allowExpired: boolean;
}

/** Looks at somebody's token, or ends it. */
@Injectable()
export class ManageTokens {
  constructor(
    @Inject(ResolveToken) private readonly resolveToken: ResolveToken,
    @Inject(RevokedTokenRepository) private readonly revoked: RevokedTokenRepository,
  ) {}

  /** @throws NotFound when the token does not stand, Forbidden when it is not the caller's business */
  async show(
    { token, allowExpired }: ShowTokenQuery,
    principal: Principal,
  ): Promise<ResolvedToken> {
    const resolved = await this.find(token, allowExpired ? EXPIRED_TOKEN_WINDOW_MS : 0);
    if (!mayInspectTokenOf(resolved.grant.user.id, principal)) throw new Forbidden();
    return resolved;
  }

  /** Takes effect at once here and within seconds on other replicas. @throws as {@link show} */
  async revoke(token: string, principal: Principal): Promise<void> {
    const { claims, grant } = await this.find(token, 0);
    if (!mayRevokeTokenOf(grant.user.id, principal)) throw new Forbidden();
    await this.revoked.add(claims);
  }

  private async find(token: string, graceMs: number): Promise<ResolvedToken> {
    const resolved = await this.resolveToken.execute(token, graceMs);
    if (resolved === null) throw new NotFound('Could not find the token.');
    return resolved;
  }
}
