import { Logger } from '@nestjs/common';
import { Unavailable } from '../../kernel/errors.js';
import type { TrustedAnswer, TrustedClient } from '../../platform/outbound/trusted-client.js';
import { needsCatalog, parseToken, type KeystoneToken } from './keystone-token.js';
import type { ServiceAccount, ServiceSession } from './service-account.js';

interface Query {
  readonly allowExpired: boolean;
  readonly withCatalog: boolean;
}

/** Asks Keystone about tokens (identity A4). */
export class KeystoneClient {
  private readonly logger = new Logger('Keystone');

  constructor(
    private readonly client: TrustedClient,
    private readonly account: ServiceAccount,
  ) {}

  /**
   * @returns null when Keystone does not know the token: it never existed, has expired or was revoked
   * @throws Unavailable for every answer that leaves the question open
   */
  async validate(token: string, allowExpired: boolean): Promise<KeystoneToken | null> {
    const found = await this.ask(token, { allowExpired, withCatalog: false });
    const isWanting = found !== null && needsCatalog(found);
    return isWanting ? this.ask(token, { allowExpired, withCatalog: true }) : found;
  }

  private async ask(token: string, query: Query): Promise<KeystoneToken | null> {
    const answer = await this.answerTo(token, query).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    switch (answer.status) {
      case 200:
      case 203: {
        const found = parseToken(answer.body);
        if (found === null) throw unavailable(new Error('Keystone answered without a token.'));
        return found;
      }
      case 404:
        return null;
      case 403:
        this.logger.error(
          'The service account lacks a role to validate tokens: admin, service, or reader on the system.',
        );
        throw unavailable(new Error('Keystone answered with 403.'));
      default:
        throw unavailable(new Error(`Keystone answered with ${answer.status}.`));
    }
  }

  /** 401 is about the service's own token: once, that is no reason to give up. */
  private async answerTo(token: string, query: Query): Promise<TrustedAnswer> {
    const session = await this.account.session();
    const answer = await this.send(session, token, query);
    if (answer.status !== 401) return answer;
    await this.account.end(session);
    return this.send(await this.account.session(), token, query);
  }

  private send(
    { endpoint, token: serviceToken }: ServiceSession,
    token: string,
    { allowExpired, withCatalog }: Query,
  ): Promise<TrustedAnswer> {
    const query = [
      ...(withCatalog ? [] : ['nocatalog']),
      ...(allowExpired ? ['allow_expired=1'] : []),
    ];
    return this.client.send(
      `${endpoint}/auth/tokens${query.length > 0 ? '?' : ''}${query.join('&')}`,
      {
        headers: {
          'x-auth-token': serviceToken,
          'x-subject-token': token,
          // Without it tokens of restricted application credentials are not shown at all.
          'openstack-identity-access-rules': '1',
        },
      },
    );
  }
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The identity service is not available.', { cause });
}
