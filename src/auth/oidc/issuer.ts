import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { OidcIssuerSettings } from '../../platform/config/oidc-settings.js';
import type { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { ClaimsMapping, type MappedClaims } from './claims-mapping.js';
import { Introspection } from './introspection.js';
import { IssuerKeys } from './issuer-keys.js';

/** A bearer token that its issuer stands by, as one for this service. */
export interface IssuedToken {
  readonly claims: MappedClaims;
  readonly expiresAt: Date;
  readonly issuer: string;
  readonly provider: string;
  readonly subject: string | null;
  readonly tokenId: string | null;
  readonly issuedAt: Date | null;
}

/** For tokens whose issuer does not say when they end, which RFC 7662 leaves open. */
const UNSTATED_LIFE_MS = 3_600_000;

/** Headers that bring keys along or point to them: whoever forges a token could set them. */
const FOREIGN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

/** What ID tokens alone have: OpenID Connect Core 1.0 sections 2 and 3.3.2.11. */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash'] as const;

/** One OpenID Connect issuer and what its tokens must be like (identity C2, C3). */
export class Issuer {
  readonly keys: IssuerKeys;
  private readonly mapping: ClaimsMapping;
  private readonly introspection: Introspection | null;

  constructor(
    private readonly settings: OidcIssuerSettings,
    client: TrustedClient,
    private readonly now: () => number = Date.now,
  ) {
    this.keys = new IssuerKeys(settings, client, now);
    this.mapping = new ClaimsMapping(settings.issuer, settings.mapping);
    const { issuer, introspection } = settings;
    this.introspection =
      introspection === null ? null : new Introspection(issuer, introspection, client);
  }

  get name(): string {
    return this.settings.name;
  }

  /**
   * Judges a signed token.
   * @returns null for a token that is forged, expired, not valid yet, or meant for somebody else
   * @throws Unavailable when the issuer's keys are not to be had
   */
  async verify(token: string): Promise<IssuedToken | null> {
    try {
      if (!this.mayBeTried(token)) return null;
      const { payload } = await jwtVerify(token, (header, jws) => this.keys.select(header, jws), {
        algorithms: this.settings.algorithms,
        issuer: this.settings.issuer,
        clockTolerance: this.settings.clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(this.now()),
        ...(this.settings.maxAgeSeconds !== undefined && {
          maxTokenAge: this.settings.maxAgeSeconds,
        }),
      });
      return this.accept(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  /**
   * Judges a token that only the issuer can read, by asking (RFC 7662).
   * @returns null for a token that is not active, or meant for somebody else
   * @throws Unavailable when the issuer does not say
   */
  async introspect(token: string): Promise<IssuedToken | null> {
    const claims = (await this.introspection?.claimsOf(token)) ?? null;
    return claims !== null && this.isInForce(claims) ? this.accept(claims) : null;
  }

  private accept(claims: JWTPayload): IssuedToken | null {
    if (!this.isMeantForUs(claims) || !this.isAccessToken(claims)) return null;
    const expiresAtMs =
      claims.exp === undefined ? this.now() + UNSTATED_LIFE_MS : claims.exp * 1000;
    return {
      claims: this.mapping.map(claims),
      expiresAt: new Date(expiresAtMs),
      issuer: this.settings.issuer,
      provider: this.settings.name,
      subject: claims.sub ?? null,
      tokenId: claims.jti ?? null,
      issuedAt: claims.iat === undefined ? null : new Date(claims.iat * 1000),
    };
  }

  /** The issuer has judged by its own clock; a claim to the contrary counts all the same. */
  private isInForce({ exp, nbf, iat }: JWTPayload): boolean {
    const now = this.now() / 1000;
    const { clockSkewSeconds: leeway, maxAgeSeconds } = this.settings;
    if (exp !== undefined && exp + leeway <= now) return false;
    if (nbf !== undefined && nbf - leeway > now) return false;
    return (
      maxAgeSeconds === undefined || (iat !== undefined && now - iat <= maxAgeSeconds + leeway)
    );
  }

  private mayBeTried(token: string): boolean {
    const header = decodeHeader(token);
    if (header === null || FOREIGN_KEYS.some((name) => header[name] !== undefined)) return false;
    const { typ } = header;
    if (typ === undefined) return true;
    // RFC 7515 4.1.9: the prefix `application/` may be left out.
    const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
    return this.settings.tokenTypes.some((accepted) => accepted.toLowerCase() === type);
  }

  private isMeantForUs({ aud, client_id: clientId, azp, iat }: JWTPayload): boolean {
    const { audiences, clientIds, clockSkewSeconds } = this.settings;
    if (iat !== undefined && iat * 1000 > this.now() + clockSkewSeconds * 1000) return false;
    if (aud !== undefined) return [aud].flat().some((audience) => audiences.includes(audience));
    const client = clientId ?? azp;
    return typeof client === 'string' && clientIds.includes(client);
  }

  private isAccessToken(claims: JWTPayload): boolean {
    return !isIdToken(claims) || this.settings.allowIdTokens;
  }
}

/**
 * ID tokens say who somebody is to a client; they are no permission to act for them. Cognito and Keycloak mark theirs, each
 * in its own claim.
 */
const isIdToken = (claims: JWTPayload): boolean =>
  ID_TOKEN_CLAIMS.some((name) => claims[name] !== undefined) ||
  claims['token_use'] === 'id' ||
  claims['typ'] === 'ID';

function decodeHeader(token: string): Readonly<Record<string, unknown>> | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    // Not a JWT.
    return null;
  }
}
