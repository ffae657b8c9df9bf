import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../support/cli.js';
import { DebianPostgres, debianPostgres } from '../../support/debian-postgres.js';
import { eventually } from '../../support/image-data.js';
import { passwordLogin } from '../../support/log-in.js';
import { Sandbox } from '../../support/sandbox.js';

// Several servers start here, perhaps on a busy machine.
jest.setTimeout(240_000);

const PASSWORD = 'a-password';
const RECOVERY_MS = 60_000;
const bin = debianPostgres();
if (bin === null)
  console.warn('Skipped: backups need the server and tools of Debian (postgresql).');

/** The commands of docs/operations/backup.md. */
(bin === null ? describe.skip : describe)('a backup', () => {
  const sandbox = new Sandbox();
  let postgres: DebianPostgres;
  let url: string;
  let dataDir: string;
  let origin: string;
  let token: string;

  const api = (path: string, init: { method?: string; type?: string; body?: string } = {}) =>
    fetch(`${origin}/image/v2/${path}`, {
      method: init.method ?? 'GET',
      headers: { 'x-auth-token': token, 'content-type': init.type ?? 'application/json' },
      ...(init.body === undefined ? {} : { body: init.body }),
    });

  async function activeImage(name: string): Promise<string> {
    const body = JSON.stringify({ name, disk_format: 'raw', container_format: 'bare' });
    const { id } = (await (await api('images', { method: 'POST', body })).json()) as { id: string };
    const type = 'application/octet-stream';
    const upload = await api(`images/${id}/file`, {
      method: 'PUT',
      type,
      body: `bytes of ${name}`,
    });
    expect(upload.status).toBe(204);
    return id;
  }

  const psql = (database: string, sql: string): string =>
    postgres.run('psql', '-d', database, '-AtX', '-v', 'ON_ERROR_STOP=1', '-c', sql).trim();

  const namesIn = (database: string): string[] =>
    psql(database, "SELECT name FROM images WHERE status = 'active' ORDER BY name").split('\n');

  async function expectWhole(database: string, directory: string): Promise<void> {
    const environment = { DATABASE_URL: database, CATALOG_DATA_DIR: directory };
    const checked = await runCli(['verify', '--hashes', '--all-data'], { environment });
    expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(checked.stdout).toContain('Everything is as it must be');
  }

  /** A dump has no roles; the next migration gives the service's its rights again. */
  async function expectServedBy(role: string, database: string): Promise<void> {
    const file = join(await sandbox.dataDir(), 'password');
    await writeFile(file, PASSWORD, { mode: 0o600 });
    const options = ['--grant-to', role, '--password-file', file];
    const migrated = await runCli(['migrate', ...options], {
      environment: { DATABASE_URL: database },
    });
    expect(migrated).toMatchObject({ exitCode: 0, stderr: '' });
    const asRole = database.replace('//postgres@', `//${role}@`);
    expect(namesIn(asRole)).toEqual(namesIn(database));
  }

  beforeAll(async () => {
    if (bin === null) return;
    postgres = await DebianPostgres.create(bin);
    postgres.run('initdb', '-D', postgres.path('live'), '-A', 'trust', '-U', 'postgres');
    postgres.run('mkdir', postgres.path('archive'));
    const archive = `archive_mode = on\narchive_command = 'test ! -f ${postgres.path('archive')}/%f && cp %p ${postgres.path('archive')}/%f'\n`;
    await writeFile(join(postgres.path('live'), 'postgresql.auto.conf'), archive);
    url = await postgres.start('live');
    postgres.run('createdb', '--maintenance-db', url.replace(/catalog$/, 'postgres'), 'catalog');
    dataDir = await sandbox.dataDir();
    const service = sandbox.start({
      DATABASE_URL: url,
      CATALOG_DATA_DIR: dataDir,
      CATALOG_ADMIN_PASSWORD: PASSWORD,
    });
    origin = await service.listening();
    const reply = await fetch(`${origin}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(passwordLogin(PASSWORD)),
    });
    token = reply.headers.get('x-subject-token') ?? '';
  });

  afterAll(async () => {
    await sandbox.close();
    if (bin !== null) await postgres.close();
  });

  it('of database first and store second is whole, whatever is written and deleted in between', async () => {
    const deleted = await activeImage('deleted meanwhile');
    await activeImage('first');
    postgres.run('pg_dump', '--format=custom', `--file=${postgres.path('catalog.dump')}`, url);
    expect((await api(`images/${deleted}`, { method: 'DELETE' })).status).toBe(204);
    await activeImage('later');
    const copy = await sandbox.dataDir(dataDir);

    const restored = url.replace(/catalog$/, 'restored');
    postgres.run('createdb', '--maintenance-db', url, 'restored');
    const options = ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction'];
    postgres.run('pg_restore', ...options, `--dbname=${restored}`, postgres.path('catalog.dump'));

    expect(namesIn(restored)).toEqual(['deleted meanwhile', 'first']);
    await expectWhole(restored, copy);
    await expectServedBy('restored_service', restored);
  });

  it('leads back to any moment since, with the store as it is now', async () => {
    const base = postgres.path('restored');
    postgres.run('pg_basebackup', `--dbname=${url}`, `--pgdata=${base}`, '--checkpoint=fast');
    await activeImage('after the base backup');
    const before = namesIn(url);
    const moment = psql(url, 'SELECT clock_timestamp()');
    const { images } = (await (await api('images')).json()) as { images: { id: string }[] };
    for (const { id } of images) await api(`images/${id}`, { method: 'DELETE' });
    await activeImage('after the mistake');
    psql(url, 'SELECT pg_switch_wal()');
    // Stopping the server archives what is left.
    await sandbox.stopAll();
    postgres.stop('live');

    const settings = [
      `restore_command = 'cp ${postgres.path('archive')}/%f %p'`,
      `recovery_target_time = '${moment}'`,
      `recovery_target_action = 'promote'`,
      'archive_mode = off',
    ];
    await writeFile(join(base, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
    await writeFile(join(base, 'recovery.signal'), '');
    const restored = await postgres.start('restored');
    await eventually(async () => {
      expect(psql(restored, 'SELECT pg_is_in_recovery()')).toBe('f');
      await Promise.resolve();
    }, RECOVERY_MS);

    expect(namesIn(restored)).toEqual(before);
    await expectWhole(restored, dataDir);
  });
});
