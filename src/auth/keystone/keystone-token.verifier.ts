import type { OnModuleDestroy } from '@nestjs/common';
import type { KeystoneSettings } from '../../platform/config/keystone-settings.js';
import { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { roleTableFrom } from '../role-mapping.js';
import { TokenCache } from '../token-cache.js';
import { TokenVerifier, type VerifiedToken, type VerifyOptions } from '../token-verifier.js';
import { KeystoneClient } from './keystone-client.js';
import { toVerifiedToken, type RoleRules } from './keystone-token.js';
import { ServiceAccount } from './service-account.js';

interface Remembered {
  readonly token: VerifiedToken;
  readonly expiresAtMs: number;
}

/** Tokens of an external Keystone v3: it is asked about each, once in a while (identity part A). */
export class KeystoneTokenVerifier extends TokenVerifier implements OnModuleDestroy {
  private readonly transport: TrustedClient;
  private readonly client: KeystoneClient;
  private readonly rules: RoleRules;
  private readonly valid: TokenCache<Remembered>;
  /** Tokens that a service vouches for; apart, since alone they are worth nothing once they have expired. */
  private readonly vouchedFor: TokenCache<Remembered>;

  constructor(
    settings: KeystoneSettings,
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.transport = new TrustedClient({
      connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
      timeoutMs: settings.timeoutSeconds * 1000,
      maxRetries: settings.maxRetries,
    });
    this.client = new KeystoneClient(
      this.transport,
      new ServiceAccount(settings, this.transport, now),
    );
    const { roleTable, requireAdminProject, tokenCacheSeconds } = settings;
    this.rules = {
      roleTable: roleTable === null ? null : roleTableFrom(roleTable),
      requireAdminProject,
    };
    const lifeMs = tokenCacheSeconds * 1000;
    this.valid = new TokenCache(lifeMs, now);
    this.vouchedFor = new TokenCache(lifeMs, now);
  }

  /** Keystone's tokens have no form that can be relied on. */
  override recognises(): boolean {
    return true;
  }

  override async verify(
    token: string,
    { allowExpired }: VerifyOptions,
  ): Promise<VerifiedToken | null> {
    if (!/^[\x21-\x7e]+$/.test(token)) return null;
    const cache = allowExpired ? this.vouchedFor : this.valid;
    const found = await cache.get(token, () => this.ask(token, allowExpired));
    return found?.token ?? null;
  }

  async onModuleDestroy(): Promise<void> {
    await this.transport.close();
  }

  private async ask(token: string, allowExpired: boolean): Promise<Remembered | null> {
    const answer = await this.client.validate(token, allowExpired);
    if (answer === null) return null;
    const verified = toVerifiedToken(answer, this.rules);
    const expiresAtMs = verified.principal.expiresAt.getTime();
    if (allowExpired) return { token: verified, expiresAtMs: Infinity };
    // Keystone's word is not taken for it: zero seconds left is expired.
    return expiresAtMs > this.now() ? { token: verified, expiresAtMs } : null;
  }
}
