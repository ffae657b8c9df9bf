import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Forbidden, Unauthenticated } from '../../kernel/errors.js';
import type { FederatedLogin, FederatedSource } from '../domain/federated-login.js';
import { FEDERATION_PROTOCOL } from '../domain/token.js';
import { IssueToken, type IssuedToken } from './issue-token.js';
import { FederatedLoginRepository } from './ports/federated-login.repository.js';

/** Ids go into every token, which has to fit into a header. */
const MAX_USER_ID_BYTES = 255;

/** Exchanges what an issuer has vouched for against a token of the embedded identity (identity C5). */
@Injectable()
export class LogInThroughIssuer {
  constructor(
    @Inject(FederatedLoginRepository) private readonly logins: FederatedLoginRepository,
    @Inject(IssueToken) private readonly issueToken: IssueToken,
  ) {}

  /**
   * The token is for no tenant; with it its holder gets one for each of theirs. None of them outlives the bearer token.
   * @throws Unauthenticated when that has ended, and is valid only by the leeway for clocks
   * @throws Forbidden when the issuer's names are such as cannot be kept
   */
  async execute(
    vouched: Omit<FederatedLogin, 'id'>,
    source: FederatedSource,
  ): Promise<IssuedToken> {
    if (vouched.expiresAt.getTime() <= Date.now()) throw new Unauthenticated();
    const login = { ...vouched, id: randomUUID().replaceAll('-', '') };
    if (!isStorable(login, source)) throw new Forbidden('The names in the token cannot be kept.');
    await this.logins.add(login, source);
    const user = {
      userId: login.userId,
      generation: 0,
      defaultProjectId: null,
      methods: [FEDERATION_PROTOCOL],
      notAfter: login.expiresAt,
      parentAuditId: null,
      applicationCredential: null,
      federatedLogin: login,
    } as const;
    return this.issueToken.issueTo(user, { kind: 'unscoped' });
  }
}

/** PostgreSQL's texts have no zero character. */
function isStorable(login: FederatedLogin, source: FederatedSource): boolean {
  const isShort = Buffer.byteLength(JSON.stringify(login.userId)) <= MAX_USER_ID_BYTES + 2;
  return isShort && !JSON.stringify([login, source]).includes('\\u0000');
}
