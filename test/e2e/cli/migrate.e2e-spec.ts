import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '../../support/cli.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { execute } from '../../support/test-server.js';

let database: TestDatabase;
const role = `catalog "service" ${randomBytes(4).toString('hex')}`;
const quoted = `"${role.replaceAll('"', '""')}"`;
beforeAll(async () => {
  database = await createEmptyDatabase();
  await execute(database.url, `CREATE ROLE ${quoted}`);
});
afterAll(async () => {
  await execute(database.url, `DROP OWNED BY ${quoted}`);
  await execute(database.url, `DROP ROLE ${quoted}`);
  await database.drop();
});

const migrateAt = (url: string, ...args: string[]) =>
  runCli(['migrate', ...args], { environment: { DATABASE_URL: url, CATALOG_MIGRATE: 'off' } });
const migrate = (...args: string[]) => migrateAt(database.url, ...args);
const asService = (sql: string) => execute(database.url, `SET ROLE ${quoted}; ${sql}`);

describe('migrate', () => {
  it('applies what is missing, whatever the service may do itself, and then nothing more', async () => {
    const first = await migrate();
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^applied {2}\d+_\w+\n[^]*\n\d+ applied\n$/);
    expect(await migrate()).toEqual({ exitCode: 0, stdout: 'up to date\n', stderr: '' });
  });

  it('refuses arguments, and a role that does not exist', async () => {
    expect(await migrate('now')).toMatchObject({ exitCode: 2 });
    expect(await migrate('--password-file', 'x')).toMatchObject({ exitCode: 2 });
    expect(await migrate('--grant-to', 'x', '--password-file', '/nowhere')).toMatchObject({
      exitCode: 2,
      stderr: 'Cannot read /nowhere.\n',
    });
    expect(await migrate('--grant-to', 'nobody')).toMatchObject({
      exitCode: 1,
      stderr:
        'The database has no role "nobody": make it with CREATE ROLE, or name a password file.\n',
    });
  });
});

describe('an owner of the database who is nothing else, as on a managed PostgreSQL', () => {
  const owner = `catalog_owner_${randomBytes(4).toString('hex')}`;
  let owned: TestDatabase;
  const asOwner = (): string => {
    const url = new URL(owned.url);
    url.username = owner;
    url.password = owner;
    return url.href;
  };

  beforeAll(async () => {
    owned = await createEmptyDatabase();
    const name = new URL(owned.url).pathname.slice(1);
    await execute(owned.url, `CREATE ROLE ${owner} LOGIN PASSWORD '${owner}'`);
    await execute(owned.url, `ALTER DATABASE ${name} OWNER TO ${owner}`);
    // As it is since PostgreSQL 15.
    await execute(owned.url, `ALTER SCHEMA public OWNER TO pg_database_owner`);
  });
  afterAll(async () => {
    await owned.drop();
    await execute(database.url, `DROP ROLE ${owner}`);
  });

  it('migrates, and keeps the audit append-only but for retention', async () => {
    expect(await migrateAt(asOwner())).toMatchObject({ exitCode: 0, stderr: '' });

    await execute(
      asOwner(),
      `INSERT INTO audit_records (action, tenant_id, occurred_at)
         SELECT 'image.load', 't', now() - age FROM unnest('{1 day, 1 hour}'::interval[]) AS age`,
    );
    const remove = `SELECT remove_expired_audit_records(3600 * 12, 10) AS removed`;
    const { rows } = await execute(asOwner(), remove);
    expect(rows).toEqual([{ removed: 1 }]);
    const inOneTransaction = `${remove}; DELETE FROM audit_records`;
    await expect(execute(asOwner(), inOneTransaction)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the role of --grant-to', () => {
  beforeAll(async () => {
    await migrate('--grant-to', role);
  });

  it('is made where it is missing, with the password of a file, and changed where it is not', async () => {
    const name = `catalog_made_${randomBytes(4).toString('hex')}`;
    const file = join(await mkdtemp(join(tmpdir(), 'catalog-cli-')), 'password');
    const url = new URL(database.url);
    url.username = name;
    for (const password of [`it's "one"`, 'another']) {
      await writeFile(file, `${password}\n`);
      expect(await migrate('--grant-to', name, '--password-file', file)).toMatchObject({
        exitCode: 0,
      });
      url.password = encodeURIComponent(password);
      expect((await execute(url.href, 'SELECT count(*) FROM images')).rowCount).toBe(1);
    }
    await execute(database.url, `DROP OWNED BY ${name}`);
    await execute(database.url, `DROP ROLE ${name}`);
    await rm(dirname(file), { recursive: true });
  });

  it('reads and writes rows', async () => {
    await asService(`INSERT INTO tenants (id) VALUES ('t'); DELETE FROM tenants`);
    const removal = asService('SELECT remove_expired_audit_records(1, 10)');
    await expect(removal).resolves.toBeDefined();
  });

  it.each([
    'DROP TABLE images',
    'ALTER TABLE images ADD COLUMN x text',
    'CREATE TABLE public.mine (x text)',
    'TRUNCATE images',
    'DELETE FROM audit_records',
    `UPDATE audit_records SET action = 'x'`,
    'DELETE FROM _prisma_migrations',
  ])('may not %s', async (sql) => {
    await expect(asService(sql)).rejects.toMatchObject({ code: '42501' });
  });
});
