import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { StartupError } from '../lifecycle/startup-error.js';

/** Prisma's own advisory lock number: its CLI and this runner exclude each other. */
const MIGRATION_LOCK = 72_707_369;

const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

interface HistoryRow {
  migration_name: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
}

/** The migrations that belong to this code, whether it runs from `src` or from `dist`. */
export function migrationsDirectory(): string {
  return fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
}

/** In the order in which they apply. */
export async function migrationNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
}

/**
 * Applies `prisma/migrations/<name>/migration.sql` in order, keeping Prisma's history table and rules, so
 * that `prisma migrate status` finds nothing to do afterwards. Several replicas may call it at once: one
 * applies, the others wait for the lock and find the work done. Each file is one implicit transaction.
 * @returns the names applied by this call
 * @throws StartupError when a migration failed now or earlier and was not resolved
 */
export async function migrate(connectionString: string, directory: string): Promise<string[]> {
  const client = new pg.Client({ connectionString, application_name: 'image-catalog migrations' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(HISTORY_TABLE);
    const pending = await pendingMigrations(client, directory);
    for (const name of pending) await apply(client, directory, name);
    return pending;
  } finally {
    await client.end();
  }
}

async function pendingMigrations(client: pg.Client, directory: string): Promise<string[]> {
  const { rows } = await client.query<HistoryRow>(
    'SELECT migration_name, finished_at, rolled_back_at FROM _prisma_migrations',
  );
  const failed = rows.find((row) => row.finished_at === null && row.rolled_back_at === null);
  if (failed) {
    throw new StartupError(
      `Migration ${failed.migration_name} failed earlier: repair the database, then run "npx prisma migrate resolve".`,
    );
  }
  const done = new Set(
    rows.filter((row) => row.rolled_back_at === null).map((r) => r.migration_name),
  );
  return (await migrationNames(directory)).filter((name) => !done.has(name));
}

async function apply(client: pg.Client, directory: string, name: string): Promise<void> {
  const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
  const id = randomUUID();
  const checksum = createHash('sha256').update(sql).digest('hex');
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, checksum, name],
  );
  try {
    await client.query(sql);
  } catch (error) {
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [
      id,
      String(error),
    ]);
    throw new StartupError(`Migration ${name} failed: ${reasonOf(error)}.`, { cause: error });
  }
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
