import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DomainError, Unavailable } from '../../kernel/errors.js';
import { Database } from '../database/database.js';
import { migrationNames, migrationsDirectory } from '../database/migrate.js';
import { Readiness } from './readiness.js';

const APPLIED = `SELECT count(*)::integer AS applied FROM _prisma_migrations
  WHERE migration_name = ANY ($1::varchar[]) AND finished_at IS NOT NULL AND rolled_back_at IS NULL`;

/**
 * The database answers and has every migration that this code was written for. It may have more: the next
 * release has applied them, and they are safe for this one.
 */
@Injectable()
export class DatabaseReadiness implements OnModuleInit {
  private expected: Promise<readonly string[]> | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    this.readiness.require(() => this.check());
  }

  private async check(): Promise<void> {
    this.expected ??= migrationNames(migrationsDirectory());
    const expected = await this.expected;
    if ((await this.applied(expected)) < expected.length) throw notMigrated();
  }

  private async applied(names: readonly string[]): Promise<number> {
    try {
      const statement = { name: 'ready', text: APPLIED, values: [names] };
      const [row] = await this.database.read<{ applied: number }>(statement);
      return row?.applied ?? 0;
    } catch (error) {
      throw error instanceof DomainError ? error : notMigrated(error); // there is no such table
    }
  }
}

const notMigrated = (cause?: unknown): Unavailable =>
  new Unavailable('The database has not been migrated for this release.', { cause });
