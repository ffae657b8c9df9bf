import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { originAsText } from '../../platform/database/change-origin.js';
import { Database, type Statement } from '../../platform/database/database.js';
import { IdentityEpoch } from '../application/identity-epoch.js';

/** The database as the identity uses it: every write makes what was read before it out of date. */
@Injectable()
export class IdentityStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(IdentityEpoch) private readonly epoch: IdentityEpoch,
  ) {}

  read<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return this.database.read<Row>(statement);
  }

  /** Reads through Prisma, with database errors translated. */
  query<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    return this.database.write(work);
  }

  /** As {@link write}, of what the audit records: one transaction that says who asked. */
  change<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.write((prisma) =>
      prisma.$transaction(async (transaction) => {
        await transaction.$executeRaw`SELECT set_config('catalog.origin', ${originAsText()}, true)`;
        return work(transaction);
      }),
    );
  }

  async write<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    try {
      return await this.database.write(work);
    } finally {
      // Also after a failure: the connection may have broken after the commit.
      this.epoch.advance();
    }
  }
}
