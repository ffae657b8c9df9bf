import type { DeniedTokens } from '../denied-tokens.js';
import { TokenCache } from '../token-cache.js';
import { TokenVerifier, type VerifiedToken, type VerifyOptions } from '../token-verifier.js';
import { remembered, verified, type RememberedToken } from './issued-token.js';
import type { Issuer } from './issuer.js';
import type { Issuers } from './issuers.js';
import { isSignedForm } from './oidc-token.verifier.js';

/** Bearer tokens that only their issuer can read: it is asked about each, once in a while (RFC 7662). */
export class IntrospectedTokenVerifier extends TokenVerifier {
  private readonly cache: TokenCache<RememberedToken>;

  constructor(
    private readonly issuer: Issuer,
    private readonly issuers: Issuers,
    private readonly denied: DeniedTokens,
    cacheSeconds: number,
  ) {
    super();
    this.cache = new TokenCache(cacheSeconds * 1000);
  }

  /** What has the form of a signed token is never sent elsewhere: it may be another identity's. */
  override recognises(token: string): boolean {
    return !isSignedForm(token);
  }

  /** Issuers do not tell of tokens that have ended, so a service cannot vouch for their holders. */
  override async verify(token: string, { tenant }: VerifyOptions): Promise<VerifiedToken | null> {
    const found = await this.cache.get(token, async () => {
      const issued = await this.issuer.introspect(token);
      return issued === null ? null : remembered(issued, this.issuers.prefixOf(this.issuer));
    });
    if (found === null || (await this.denied.denies(found))) return null;
    return verified(found, tenant);
  }
}
