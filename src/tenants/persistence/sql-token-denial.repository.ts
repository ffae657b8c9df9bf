import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import {
  TokenDenialRepository,
  type DenialPageRequest,
} from '../application/ports/token-denial.repository.js';
import type { TokenDenial } from '../domain/denied-token.js';
import { IdentityStore } from './identity-store.js';
import { pageOf } from './keyset.js';
import { newId } from './new-id.js';

interface Row {
  readonly id: string;
  readonly issuer: string;
  readonly tokenId: string | null;
  readonly subject: string | null;
  readonly issuedUntil: Date | null;
  readonly createdAt: Date;
}

@Injectable()
export class SqlTokenDenialRepository extends TokenDenialRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async list({ limit, after }: DenialPageRequest): Promise<Page<TokenDenial>> {
    const rows = await this.store.query((prisma) =>
      prisma.identityDeniedToken.findMany({
        ...(after !== null && { where: { id: { gt: after } } }),
        orderBy: { id: 'asc' },
        take: limit,
      }),
    );
    return pageOf(rows.map(toDenial), limit);
  }

  override async all(): Promise<readonly TokenDenial[]> {
    const rows = await this.store.read<Row>({
      name: 'identity-denied-tokens',
      text: `SELECT id, issuer, token_id AS "tokenId", subject, issued_until AS "issuedUntil",
        created_at AS "createdAt" FROM identity_denied_tokens`,
      values: [],
    });
    return rows.map(toDenial);
  }

  override async add({
    issuer,
    tokens,
  }: Pick<TokenDenial, 'issuer' | 'tokens'>): Promise<TokenDenial> {
    const data = { id: newId(), issuer, ...tokens };
    return toDenial(
      await this.store.change((prisma) => prisma.identityDeniedToken.create({ data })),
    );
  }

  override async remove(id: string): Promise<boolean> {
    const { count } = await this.store.change((prisma) =>
      prisma.identityDeniedToken.deleteMany({ where: { id } }),
    );
    return count > 0;
  }
}

function toDenial({ id, issuer, createdAt, tokenId, subject, issuedUntil }: Row): TokenDenial {
  if (tokenId !== null) return { id, issuer, createdAt, tokens: { tokenId } };
  if (subject === null || issuedUntil === null) throw new Error('A denial denies nothing.');
  return { id, issuer, createdAt, tokens: { subject, issuedUntil } };
}
