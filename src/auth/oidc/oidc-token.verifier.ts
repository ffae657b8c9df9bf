import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { Forbidden, quote } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import type { Config } from '../../platform/config/config.js';
import { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { TokenCache } from '../token-cache.js';
import { TokenVerifier, type VerifiedToken, type VerifyOptions } from '../token-verifier.js';
import type { MappedClaims, ReachedTenant } from './claims-mapping.js';
import { Issuer, type SignedToken } from './issuer.js';

const REMEMBER_MS = 300_000;

interface Remembered extends SignedToken {
  readonly userId: string;
  readonly expiresAtMs: number;
}

/** Bearer tokens of OpenID Connect issuers: checked here, with the issuers' public keys (identity part C). */
export class OidcTokenVerifier
  extends TokenVerifier
  implements OnApplicationBootstrap, OnModuleDestroy
{
  private readonly cache = new TokenCache<Remembered>(REMEMBER_MS);

  constructor(
    private readonly issuers: ReadonlyMap<string, Issuer>,
    private readonly clients: readonly TrustedClient[],
    /** Users of several identities must not be taken for one another. */
    private readonly isAlone: boolean,
  ) {
    super();
  }

  static for({ oidc, embedded, keystone }: Config['auth']): OidcTokenVerifier {
    const each = oidc.map((settings) => {
      const client = new TrustedClient({
        connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
        timeoutMs: settings.timeoutSeconds * 1000,
        maxRetries: 0,
      });
      return { client, issuer: [settings.issuer, new Issuer(settings, client)] as const };
    });
    const isAlone = oidc.length === 1 && !embedded && keystone === null;
    return new OidcTokenVerifier(
      new Map(each.map(({ issuer }) => issuer)),
      each.map(({ client }) => client),
      isAlone,
    );
  }

  override recognises(token: string): boolean {
    return this.issuerOf(token) !== null;
  }

  /** There is nobody to ask about expired tokens, so a service cannot vouch for their holders. */
  override async verify(token: string, { tenant }: VerifyOptions): Promise<VerifiedToken | null> {
    const found = await this.cache.get(token, () => this.check(token));
    if (found === null) return null;
    return { principal: toPrincipal(found, pick(found.claims, tenant)), accessRules: null };
  }

  onApplicationBootstrap(): void {
    for (const { keys } of this.issuers.values()) void keys.warmUp();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private async check(token: string): Promise<Remembered | null> {
    const issuer = this.issuerOf(token);
    if (issuer === null) return null;
    const signed = await issuer.verify(token);
    const userId = signed?.claims.userId ?? null;
    if (signed === null || userId === null) return null;
    return {
      ...signed,
      userId: this.isAlone ? userId : `${issuer.name}:${userId}`,
      // Between its end and the end of the leeway for clocks a token is checked every time.
      expiresAtMs: signed.expiresAt.getTime(),
    };
  }

  /** By the claim `iss`, which proves nothing yet: it says whose keys to try. */
  private issuerOf(token: string): Issuer | null {
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return null;
    try {
      const { iss } = decodeJwt(token);
      return iss === undefined ? null : (this.issuers.get(iss) ?? null);
    } catch {
      // Not a JWT.
      return null;
    }
  }
}

/** @throws Forbidden when the caller picks a tenant that the token does not name */
function pick(claims: MappedClaims, picked: string | null): ReachedTenant | null {
  if (picked === null) return claims.defaultTenant;
  const found = claims.tenants.find(({ id, external }) => id === picked || external === picked);
  if (found === undefined)
    throw new Forbidden(`The token does not reach the project ${quote(picked)}.`);
  return found;
}

function toPrincipal(
  { claims, userId, expiresAt, tokenId }: Remembered,
  tenant: ReachedTenant | null,
): Principal {
  const roles = tenant?.roles ?? claims.roles;
  return {
    userId,
    userName: claims.userName,
    tenantId: tenant?.id ?? null,
    tenantName: tenant?.name ?? null,
    scope: tenant === null ? 'unscoped' : 'project',
    roles,
    isAdmin: roles.has('admin'),
    serviceRoles: new Set(),
    expiresAt,
    auditIds: tokenId === null ? [] : [tokenId],
  };
}
