import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
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

  /** As {@link write}, of what the audit records. */
  change<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.outdating(this.database.change(work));
  }

  write<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    return this.outdating(this.database.write(work));
  }

  private async outdating<T>(written: Promise<T>): Promise<T> {
    try {
      return await written;
    } finally {
      // Also after a failure: the connection may have broken after the commit.
      this.epoch.advance();
    }
  }
}
