import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsDirectory } from '../../src/platform/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { execute } from '../support/test-server.js';

describe('migrate', () => {
  let database: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    directory = await mkdtemp(join(tmpdir(), 'catalog-migrations-'));
  });

  afterEach(async () => {
    await database.drop();
    await rm(directory, { recursive: true });
  });

  async function migration(name: string, sql: string): Promise<void> {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }

  async function rows(sql: string): Promise<unknown[]> {
    return (await execute(database.url, sql)).rows;
  }

  it('applies every migration of the service, in the order of their names', async () => {
    const all = (await readdir(migrationsDirectory())).filter((name) => /^\d/.test(name));

    expect(await migrate(database.url, migrationsDirectory())).toEqual(all.toSorted());
    expect(await rows('SELECT count(*)::int AS images FROM images')).toEqual([{ images: 0 }]);
  });

  it('applies nothing the second time', async () => {
    await migrate(database.url, migrationsDirectory());

    expect(await migrate(database.url, migrationsDirectory())).toEqual([]);
  });

  it('applies each migration once when four replicas start together', async () => {
    await migration('1_counter', 'CREATE TABLE counter (n int); INSERT INTO counter VALUES (0)');
    await migration('2_count', 'SELECT pg_sleep(0.1); UPDATE counter SET n = n + 1');

    const applied = await Promise.all(
      Array.from({ length: 4 }, () => migrate(database.url, directory)),
    );

    expect(applied.flat().toSorted()).toEqual(['1_counter', '2_count']);
    expect(await rows('SELECT n FROM counter')).toEqual([{ n: 1 }]);
  });

  it('applies nothing of a migration that fails half-way', async () => {
    await migration('1_broken', 'CREATE TABLE half (n int); SELECT * FROM nowhere');

    await expect(migrate(database.url, directory)).rejects.toThrow(
      'Migration 1_broken failed: relation "nowhere" does not exist.',
    );
    expect(await rows("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  });

  it('refuses to go on after a failed migration until it is resolved', async () => {
    await migration('1_broken', 'SELECT * FROM nowhere');
    await migrate(database.url, directory).catch(() => undefined);
    await migration('1_broken', 'SELECT 1');

    await expect(migrate(database.url, directory)).rejects.toThrow(
      'Migration 1_broken failed earlier',
    );
    await execute(database.url, 'UPDATE _prisma_migrations SET rolled_back_at = now()');
    expect(await migrate(database.url, directory)).toEqual(['1_broken']);
  });

  it('keeps the history that the command line of Prisma keeps', async () => {
    await migration('1_one', 'SELECT 1');
    await migrate(database.url, directory);

    expect(
      await rows(
        'SELECT migration_name, checksum, applied_steps_count, finished_at IS NULL AS open, logs FROM _prisma_migrations',
      ),
    ).toEqual([
      {
        migration_name: '1_one',
        checksum: createHash('sha256').update('SELECT 1').digest('hex'),
        applied_steps_count: 1,
        open: false,
        logs: null,
      },
    ]);
  });
});
