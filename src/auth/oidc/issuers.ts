import type { OnModuleDestroy } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { TrustedClient } from '../../platform/outbound/trusted-client.js';
import { Issuer } from './issuer.js';

/** The OpenID Connect issuers of the configuration, each with connections of its own. */
export class Issuers implements Iterable<Issuer>, OnModuleDestroy {
  private readonly byName: ReadonlyMap<string, Issuer>;
  private readonly clients: readonly TrustedClient[];
  private readonly isAlone: boolean;

  constructor({ oidc, embedded, keystone }: Config['auth']) {
    const each = oidc.map((settings) => {
      const client = new TrustedClient({
        connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
        timeoutMs: settings.timeoutSeconds * 1000,
        maxRetries: 0,
      });
      return { client, issuer: [settings.issuer, new Issuer(settings, client)] as const };
    });
    this.byName = new Map(each.map(({ issuer }) => issuer));
    this.clients = each.map(({ client }) => client);
    this.isAlone = oidc.length === 1 && !embedded && keystone === null;
  }

  [Symbol.iterator](): Iterator<Issuer> {
    return this.byName.values();
  }

  /** @param iss as its tokens have it, to the letter */
  named(iss: string): Issuer | null {
    return this.byName.get(iss) ?? null;
  }

  /** Before the ids of an issuer's users, which must not be taken for those of others; null: there are no others. */
  prefixOf({ name }: Issuer): string | null {
    return this.isAlone ? null : name;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }
}
