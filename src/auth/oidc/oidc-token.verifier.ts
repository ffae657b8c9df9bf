import type { OnApplicationBootstrap } from '@nestjs/common';
import { decodeJwt } from 'jose';
import type { DeniedTokens } from '../denied-tokens.js';
import { TokenCache } from '../token-cache.js';
import { TokenVerifier, type VerifiedToken, type VerifyOptions } from '../token-verifier.js';
import { remembered, verified, type RememberedToken } from './issued-token.js';
import type { Issuer } from './issuer.js';
import type { Issuers } from './issuers.js';

const REMEMBER_MS = 300_000;

/** Bearer tokens of OpenID Connect issuers: checked here, with the issuers' public keys (identity part C). */
export class OidcTokenVerifier extends TokenVerifier implements OnApplicationBootstrap {
  private readonly cache = new TokenCache<RememberedToken>(REMEMBER_MS);

  constructor(
    private readonly issuers: Issuers,
    private readonly denied: DeniedTokens,
  ) {
    super();
  }

  override recognises(token: string): boolean {
    return this.issuerOf(token) !== null;
  }

  /** There is nobody to ask about expired tokens, so a service cannot vouch for their holders. */
  override async verify(token: string, { tenant }: VerifyOptions): Promise<VerifiedToken | null> {
    const found = await this.cache.get(token, () => this.check(token));
    if (found === null || (await this.denied.denies(found))) return null;
    return verified(found, tenant);
  }

  onApplicationBootstrap(): void {
    for (const { keys } of this.issuers) void keys.warmUp();
  }

  private async check(token: string): Promise<RememberedToken | null> {
    const issuer = this.issuerOf(token);
    const issued = (await issuer?.verify(token)) ?? null;
    return issuer === null || issued === null
      ? null
      : remembered(issued, this.issuers.prefixOf(issuer));
  }

  /** By the claim `iss`, which proves nothing yet: it says whose keys to try. */
  private issuerOf(token: string): Issuer | null {
    if (!isSignedForm(token)) return null;
    try {
      const { iss } = decodeJwt(token);
      return iss === undefined ? null : this.issuers.named(iss);
    } catch {
      // Not a JWT.
      return null;
    }
  }
}

/** Three parts, as a signed JWT has them. */
export const isSignedForm = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
