import { Unauthenticated } from '../kernel/errors.js';
import type { Principal } from '../kernel/principal.js';
import { permitsUse, type TokenUse } from './access-rules.js';
import type { Credentials } from './credentials.js';
import type { IdentityModes } from './identity-modes.js';
import type { VerifiedToken } from './token-verifier.js';

/** Turns credentials into a principal, whichever identity they come from (identity A6, A7). */
export class Authenticator {
  constructor(
    private readonly modes: IdentityModes,
    /** Any one of these makes a token a service's. */
    private readonly serviceRoles: readonly string[],
  ) {}

  get acceptsBearer(): boolean {
    return this.modes.acceptsBearer;
  }

  /**
   * @throws Unauthenticated when either token is no good, or may not be used for this
   * @throws Forbidden when the token does not reach the tenant that was picked
   * @throws Unavailable when an identity cannot be asked
   */
  async authenticate(credentials: Credentials, use: TokenUse): Promise<Principal> {
    const serviceRoles = await this.serviceRolesOf(credentials.serviceToken);
    const isVouchedFor = serviceRoles.size > 0;
    const verified = await this.verify(credentials, isVouchedFor);
    if (verified === null) throw new Unauthenticated();
    const { principal, accessRules } = verified;
    if (!isVouchedFor) {
      if (accessRules !== null && !permitsUse(accessRules, use)) throw new Unauthenticated();
      return principal;
    }
    return { ...principal, serviceRoles };
  }

  private async verify(
    { token, isBearer, tenant }: Credentials,
    allowExpired: boolean,
  ): Promise<VerifiedToken | null> {
    const verifier = isBearer ? this.modes.verifierOfBearer(token) : this.modes.verifierOf(token);
    return verifier === null ? null : verifier.verify(token, { allowExpired, tenant });
  }

  /** Empty without a service token. @throws Unauthenticated for one that is not a service's. */
  private async serviceRolesOf(token: string | null): Promise<ReadonlySet<string>> {
    if (token === null) return new Set();
    const options = { allowExpired: false, tenant: null };
    const verified = await this.modes.verifierOf(token)?.verify(token, options);
    const roles = verified?.principal.roles ?? new Set<string>();
    if (!this.serviceRoles.some((role) => roles.has(role))) throw new Unauthenticated();
    return roles;
  }
}
