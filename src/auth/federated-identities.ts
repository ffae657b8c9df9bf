import { Inject, Injectable } from '@nestjs/common';
import { Unauthenticated } from '../kernel/errors.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { credentialsOf, type HttpRequest } from './credentials.js';
import { IdentityModes } from './identity-modes.js';
import type { IssuedIdentity, VerifiedToken } from './token-verifier.js';

export type FederatedIdentity = Pick<VerifiedToken, 'principal'> & {
  readonly issued: IssuedIdentity;
};

/** What bearer tokens say in full, for exchanging them for tokens of the embedded identity (identity C5). */
@Injectable()
export class FederatedIdentities {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(IdentityModes) private readonly modes: IdentityModes,
  ) {}

  /** Is there an issuer of this short name? */
  isProvider(name: string): boolean {
    return this.config.auth.oidc.some((issuer) => issuer.name === name);
  }

  /**
   * @throws Unauthenticated unless the request has a bearer token of that issuer
   * @throws InvalidRequest for two of them
   * @throws Unavailable when the issuer's keys are not to be had
   */
  async of(request: HttpRequest, provider: string): Promise<FederatedIdentity> {
    const credentials = credentialsOf(request, true);
    if (credentials?.isBearer !== true) throw new Unauthenticated();
    const { token, tenant } = credentials;
    const options = { allowExpired: false, tenant };
    const verified = await this.modes.verifierOfBearer(token)?.verify(token, options);
    if (verified?.issued?.provider !== provider) throw new Unauthenticated();
    return { principal: verified.principal, issued: verified.issued };
  }
}
