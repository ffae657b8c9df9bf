import { Inject, Injectable } from '@nestjs/common';
import { RevokedTokenRepository } from '../application/ports/authorization.reader.js';
import { EXPIRED_TOKEN_WINDOW_MS, type TokenClaims } from '../domain/token.js';
import { IdentityStore } from './identity-store.js';

@Injectable()
export class PrismaRevokedTokenRepository extends RevokedTokenRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async add({
    auditId,
    expiresAt,
  }: Pick<TokenClaims, 'auditId' | 'expiresAt'>): Promise<void> {
    const unshowable = new Date(Date.now() - EXPIRED_TOKEN_WINDOW_MS);
    await this.store.write((prisma) =>
      prisma.$transaction([
        prisma.identityRevokedToken.createMany({
          data: [{ auditId, expiresAt }],
          skipDuplicates: true,
        }),
        prisma.identityRevokedToken.deleteMany({ where: { expiresAt: { lt: unshowable } } }),
      ]),
    );
  }
}
