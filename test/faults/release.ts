import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrationNames, migrationsDirectory } from '../../src/platform/database/migrate.js';

const run = promisify(execFile);

/** A built service in a directory of its own, written for a level of the database that may be another than today's. */
export class Release {
  private constructor(private readonly directory: string) {}

  /**
   * @param directory made by this call
   * @param level the first so many migrations of the working copy; those that it has no more of are made up, each the
   *   way a later release expands what is there
   */
  static async make(directory: string, level: number): Promise<Release> {
    const names = await migrationNames(migrationsDirectory());
    const migrations = join(directory, 'prisma', 'migrations');
    await mkdir(migrations, { recursive: true });
    await cp('dist', join(directory, 'dist'), { recursive: true });
    await cp('package.json', join(directory, 'package.json'));
    await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
    for (const name of names.slice(0, level)) {
      await cp(join(migrationsDirectory(), name), join(migrations, name), { recursive: true });
    }
    for (let number = names.length + 1; number <= level; number += 1) {
      const made = join(migrations, `2999${String(number).padStart(10, '0')}_expand`);
      await mkdir(made);
      await writeFile(join(made, 'migration.sql'), expansion(number));
    }
    return new Release(directory);
  }

  /** What starts the service. */
  get main(): string {
    return join(this.directory, 'dist', 'main.js');
  }

  /** The migration job, as an operator runs it before the release. @returns how many were applied */
  async migrate(databaseUrl: string): Promise<number> {
    const program = join(this.directory, 'dist', 'cli.js');
    const { stdout } = await run(process.execPath, [program, 'migrate'], {
      env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', DATABASE_URL: databaseUrl },
    });
    return stdout.split('\n').filter((line) => line.startsWith('applied ')).length;
  }
}

/** How many migrations the working copy has. */
export const presentLevel = async (): Promise<number> =>
  (await migrationNames(migrationsDirectory())).length;

/** What a release may do to tables that the one before reads and writes meanwhile. */
const expansion = (number: number): string => `ALTER TABLE images
  ADD COLUMN expanded_${number} text NOT NULL DEFAULT 'as before', ADD COLUMN optional_${number} integer;
CREATE INDEX images_expanded_${number} ON images (expanded_${number}, created_at, id);
CREATE TABLE expansion_${number} (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created_at timestamptz NOT NULL DEFAULT now());
`;
