import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { answering, freePort } from '../programs.js';
import type { Closers, Target } from '../stage.js';
import { copyCatalog } from './copy-catalog.js';

/** As Debian 12 installs them: python3-glance, uwsgi-core, uwsgi-plugin-python3. */
const PYTHON = '/usr/bin/python3';
const UWSGI = '/usr/bin/uwsgi';
const APPLICATION = '/usr/bin/glance-wsgi-api';
const PROCESSES = 2;
const MANAGE =
  'import sys; from glance.cmd.manage import main; sys.argv[0]="glance-manage"; sys.exit(main())';

/** Glance beside the service: the same images, in a database of its own on the same server. */
export interface Glance extends Target {
  readonly version: string;
  readonly client: pg.Client;
}

/** The caller is who the headers say: what is left when Keystone's part is taken away. */
const PASTE = `[pipeline:glance-api]
pipeline = versionnegotiation context rootapp
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app
[app:apiversions]
paste.app_factory = glance.api.versions:create_resource
[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory
[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
`;

const configuration = (directory: string, databaseUrl: string): string => `[DEFAULT]
log_file = ${directory}/glance.log
enabled_backends = fast:file
node_staging_uri = file://${directory}/staging
[os_glance_staging_store]
filesystem_store_datadir = ${directory}/staging
[os_glance_tasks_store]
filesystem_store_datadir = ${directory}/tasks
[glance_store]
default_backend = fast
[fast]
filesystem_store_datadir = ${directory}/fast
[database]
connection = ${databaseUrl}
[paste_deploy]
config_file = ${directory}/glance-api-paste.ini
[oslo_concurrency]
lock_path = ${directory}
`;

/** @returns Glance's version where Debian's packages are installed, else null */
export async function installedGlance(): Promise<string | null> {
  try {
    await Promise.all([PYTHON, UWSGI, APPLICATION].map((file) => access(file)));
  } catch {
    return null;
  }
  const code = 'from importlib.metadata import version; print(version("glance"))';
  const { status, stdout } = spawnSync(PYTHON, ['-c', code], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** @param from the database of the service, whose images are copied */
export async function startGlance(
  version: string,
  { from, databaseUrl }: { readonly from: pg.Client; readonly databaseUrl: string },
  closers: Closers,
): Promise<Glance> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-glance-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  for (const name of ['staging', 'tasks', 'fast']) await mkdir(join(directory, name));
  await writeFile(join(directory, 'glance-api-paste.ini'), PASTE);
  await writeFile(join(directory, 'glance-api.conf'), configuration(directory, databaseUrl));
  const flags = ['--config-file', join(directory, 'glance-api.conf'), 'db', 'sync'];
  const { status, stderr } = spawnSync(PYTHON, ['-c', MANAGE, ...flags], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`glance-manage db sync: ${stderr.slice(-2000)}`);

  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  closers.push(() => client.end());
  await copyCatalog(from, client);
  return { ...(await serve(directory, closers)), version, client };
}

async function serve(directory: string, closers: Closers): Promise<Target> {
  const port = await freePort();
  const uwsgi = ['--plugin', 'python3', '--http-socket', `127.0.0.1:${port}`];
  const rest = `--wsgi-file ${APPLICATION} --master --die-on-term --need-app --enable-threads --threads 1
    --buffer-size 65535 --disable-logging --processes ${PROCESSES}`;
  const child = spawn(UWSGI, [...uwsgi, ...rest.split(/\s+/)], {
    stdio: 'ignore',
    env: { ...process.env, OS_GLANCE_CONFIG_DIR: directory },
  });
  closers.push(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'close');
  });
  const origin = `http://127.0.0.1:${port}`;
  await answering(origin);
  return { origin, pid: child.pid ?? 0 };
}
