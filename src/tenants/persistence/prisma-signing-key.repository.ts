import { Inject, Injectable } from '@nestjs/common';
import {
  SigningKeyRepository,
  type SigningKey,
} from '../application/ports/signing-key.repository.js';
import { IdentityStore } from './identity-store.js';

/** Taken by whoever adds a key; any number that nobody else uses. */
const KEY_LOCK = 1_229_210_964;

@Injectable()
export class PrismaSigningKeyRepository extends SigningKeyRepository {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override list(): Promise<readonly SigningKey[]> {
    return this.store.query((prisma) =>
      prisma.identitySigningKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
    );
  }

  override async addAfter(
    newestSeen: string | null,
    { id, secret }: Pick<SigningKey, 'id' | 'secret'>,
  ): Promise<void> {
    await this.store.change(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${KEY_LOCK}::bigint)`;
      // clock_timestamp: the wait for the lock is over, so this key is the newest.
      await transaction.$executeRaw`
        INSERT INTO identity_signing_keys (id, secret, created_at)
        SELECT ${id}, ${secret}, clock_timestamp()
        WHERE ${newestSeen}::varchar IS NOT DISTINCT FROM
          (SELECT id FROM identity_signing_keys ORDER BY created_at DESC, id DESC LIMIT 1)`;
    });
  }

  override async removeExcept(id: string, createdBefore: Date | null): Promise<void> {
    await this.store.change((prisma) =>
      prisma.identitySigningKey.deleteMany({
        where: {
          id: { not: id },
          ...(createdBefore !== null && { createdAt: { lt: createdBefore } }),
        },
      }),
    );
  }
}
