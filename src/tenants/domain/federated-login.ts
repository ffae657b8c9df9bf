import type { DomainRef, EntityRef } from './directory.js';
import { DEFAULT_DOMAIN_ID } from './directory.js';

/** A tenant that an issuer's token reaches, and what its holder is there; implied roles included. */
export interface FederatedTenant {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/**
 * What an OpenID Connect issuer has vouched for, once, and for no longer than its own token stands: who somebody is, and
 * with which roles in which tenants (identity C5). Its provider's name is the domain of user and tenants.
 */
export interface FederatedLogin {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly provider: string;
  readonly tenants: readonly FederatedTenant[];
  readonly expiresAt: Date;
}

/** The bearer token that a log-in came from, as lists of denied tokens name it. */
export interface FederatedSource {
  readonly issuer: string;
  readonly subject: string | null;
  readonly tokenId: string | null;
  readonly issuedAt: Date | null;
}

/** The tenant that a request for a scope means: by its id, or by its name in the domain of the provider. */
export function tenantMeant(ref: EntityRef, login: FederatedLogin): FederatedTenant | null {
  const { tenants, provider } = login;
  if ('id' in ref) return tenants.find(({ id }) => id === ref.id) ?? null;
  if (!isDomain(ref.domain, provider)) return null;
  return tenants.find(({ name }) => name === ref.name) ?? null;
}

/** A name without a domain arrives as one in the default domain. */
function isDomain(ref: DomainRef, provider: string): boolean {
  if ('id' in ref) return ref.id === provider || ref.id === DEFAULT_DOMAIN_ID;
  return ref.name === provider;
}
