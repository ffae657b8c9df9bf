import { Inject, Injectable } from '@nestjs/common';
import { FederatedLoginRepository } from '../application/ports/federated-login.repository.js';
import type {
  FederatedLogin,
  FederatedSource,
  FederatedTenant,
} from '../domain/federated-login.js';
import { EXPIRED_TOKEN_WINDOW_MS } from '../domain/token.js';
import { IdentityStore } from './identity-store.js';

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly user_name: string;
  readonly provider: string;
  readonly tenants: readonly FederatedTenant[];
  readonly expires_at: Date;
}

@Injectable()
export class SqlFederatedLoginRepository extends FederatedLoginRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  /** New log-ins change nothing for the tokens that are in use. */
  override async add(login: FederatedLogin, source: FederatedSource): Promise<void> {
    const unshowable = new Date(Date.now() - EXPIRED_TOKEN_WINDOW_MS);
    const { id, userId, userName, provider, tenants, expiresAt } = login;
    const { issuer, subject, tokenId, issuedAt } = source;
    const data = { id, userId, userName, provider, expiresAt, issuer, subject, tokenId, issuedAt };
    await this.store.query((prisma) =>
      prisma.$transaction([
        prisma.identityFederatedLogin.create({
          data: { ...data, tenants: tenants.map((tenant) => ({ ...tenant })) },
        }),
        prisma.identityFederatedLogin.deleteMany({ where: { expiresAt: { lt: unshowable } } }),
      ]),
    );
  }

  override async find(id: string): Promise<FederatedLogin | null> {
    const [row] = await this.store.read<Row>({
      name: 'identity-federated-login',
      text: `SELECT id, user_id, user_name, provider, tenants, expires_at
        FROM identity_federated_logins WHERE id = $1`,
      values: [id],
    });
    return row === undefined ? null : toLogin(row);
  }
}

const toLogin = (row: Row): FederatedLogin => ({
  id: row.id,
  userId: row.user_id,
  userName: row.user_name,
  provider: row.provider,
  tenants: row.tenants.map(({ id, name, roles }) => ({ id, name, roles })),
  expiresAt: row.expires_at,
});
