import { Logger } from '@nestjs/common';
import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import { z } from 'zod';
import { Unavailable } from '../../kernel/errors.js';
import type { OidcIssuerSettings } from '../../platform/config/oidc-settings.js';
import type { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { endpointOf } from './issuer-metadata.js';

/** At most this often are keys fetched for the sake of a token that names an unknown one (identity C3). */
const REFETCH_PAUSE_MS = 30_000;
const MIN_LIFE_MS = 5 * 60_000;
const MAX_LIFE_MS = 24 * 3_600_000;
/** So long the last good keys do while no newer ones can be had. */
const MAX_STALE_MS = 24 * 3_600_000;

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

interface KeySet {
  readonly select: (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;
  readonly size: number;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

/** The public keys of one issuer, as of late. Concurrent callers share one fetch. */
export class IssuerKeys {
  private readonly logger = new Logger('OpenID Connect');
  private current: KeySet | null = null;
  private fetching: Promise<KeySet> | null = null;
  private lastAttempt = -Infinity;
  private lastRenewalForToken = -Infinity;

  constructor(
    private readonly settings: Pick<OidcIssuerSettings, 'issuer' | 'jwksUri'>,
    private readonly client: TrustedClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** Fetches them ahead of the first token; that it fails is told in the log. */
  async warmUp(): Promise<void> {
    await this.renew().catch(() => undefined);
  }

  /**
   * The key that a token says it is signed with.
   * @throws jose's JWKSNoMatchingKey and the like when the issuer has none such
   * @throws Unavailable when the issuer's keys are not to be had
   */
  async select(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const keys = await this.keys();
    const key = await pick(keys, header, token);
    if (key !== null) return key;
    const renewed = await this.renewFor(keys);
    const newKey = renewed === null ? null : await pick(renewed, header, token);
    if (newKey === null) throw new errors.JWKSNoMatchingKey();
    return newKey;
  }

  private async keys(): Promise<KeySet> {
    const known = this.current;
    if (known !== null && this.now() < known.freshUntil) return known;
    const isUsable = known !== null && this.now() - known.fetchedAt < MAX_STALE_MS;
    if (isUsable && this.hasJustTried()) return known;
    try {
      return await this.renew();
    } catch (cause) {
      if (isUsable) return known;
      throw new Unavailable('The keys of the token issuer are not available.', { cause });
    }
  }

  /** The keys may have been changed since: null when it is too early to look, or in vain. */
  private async renewFor(seen: KeySet): Promise<KeySet | null> {
    if (this.current !== seen) return this.current;
    if (this.fetching !== null) return this.fetching.catch(() => null);
    if (this.now() - this.lastRenewalForToken < REFETCH_PAUSE_MS) return null;
    this.lastRenewalForToken = this.now();
    return this.renew().catch(() => null);
  }

  private hasJustTried(): boolean {
    return this.now() - this.lastAttempt < REFETCH_PAUSE_MS;
  }

  private renew(): Promise<KeySet> {
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  private async fetch(): Promise<KeySet> {
    this.lastAttempt = this.now();
    try {
      const { issuer, jwksUri } = this.settings;
      const url = jwksUri ?? (await endpointOf(issuer, 'jwks_uri', this.client));
      const answer = await this.client.send(url);
      const parsed = keySetSchema.safeParse(answer.body);
      if (answer.status !== 200 || !parsed.success) {
        throw new Error(`The key set was answered with ${answer.status}.`);
      }
      const now = this.now();
      this.current = {
        select: createLocalJWKSet(parsed.data),
        size: parsed.data.keys.length,
        fetchedAt: now,
        freshUntil: now + lifeOf(answer.header('cache-control')),
      };
      return this.current;
    } catch (error) {
      const { issuer } = this.settings;
      this.logger.warn({ msg: 'The keys of an issuer could not be fetched.', issuer, err: error });
      throw error;
    }
  }
}

/** Null when the set has no such key. Without a name for it, only the only key can be meant. */
async function pick(
  keys: KeySet,
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
): Promise<CryptoKey | null> {
  if (header.kid === undefined && keys.size > 1) return null;
  try {
    return await keys.select(header, token);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return null;
    if (error instanceof errors.JOSEError) throw error;
    // A key that the issuer has published and nobody can use.
    throw new errors.JWKSInvalid('The key is malformed.', { cause: error });
  }
}

function lifeOf(cacheControl: string | null): number {
  const seconds = Number(/(?:^|[\s,])max-age=(\d{1,9})/i.exec(cacheControl ?? '')?.[1] ?? 0);
  return Math.min(Math.max(seconds * 1000, MIN_LIFE_MS), MAX_LIFE_MS);
}
