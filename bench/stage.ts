import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import { migrate, migrationsDirectory } from '../src/platform/database/migrate.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { buildCatalog } from './build-catalog.js';
import { LARGEST, PARTNER, SMALL } from './catalog.sql.js';
import { installedGlance, startGlance, type Glance } from './glance/glance.js';
import { AS_STARTED } from './programs.js';
import { castOf, loginBody, type Cast } from './workloads.js';

const LOADER = fileURLToPath(new URL('../test/support/register-typescript.mjs', import.meta.url));
const tenantId = (n: number): string => createHash('md5').update(`tenant ${n}`).digest('hex');

/** A program under load: where it listens and which processes are its own. */
export interface Target {
  readonly origin: string;
  readonly pid: number;
}

interface RunningService extends Target {
  stop(): Promise<unknown>;
}

/** One catalog with everything that is measured on it. */
export interface Stage {
  readonly client: pg.Client;
  readonly service: Target;
  readonly fastify: Target;
  /** Null where it is not installed, or not wanted. */
  readonly glance: Glance | null;
  readonly cast: Cast;
  startBare(body: string): Promise<Target>;
  /** The service once more on the same catalog, set up otherwise. */
  startService(environment: Readonly<Record<string, string>>): Promise<RunningService>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly serverUrl: string;
  readonly images: number;
  /** For the Node.js of the service. */
  readonly flags: readonly string[];
  /** Measure Glance too, where it is installed. */
  readonly isBesideGlance?: boolean;
  readonly say: (line: string) => void;
}

/** A server of its own, in a directory that goes with it. */
export async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-bench-'));
  const server = await EmbeddedPostgres.start(directory, {
    purpose: 'service',
    maxConnections: 200,
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { images, say } = options;
  const { url, drop } = await catalogOf(options);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const closers = [drop, () => client.end()];
  const close = async (): Promise<void> => {
    for (const step of closers.toReversed()) await step();
  };
  try {
    const adminPassword = randomBytes(12).toString('hex');
    const environment = {
      DATABASE_URL: url,
      PORT: '0',
      CATALOG_ADMIN_PASSWORD: adminPassword,
      CATALOG_TENANT_IMAGE_COUNT_QUOTA: '-1',
      CATALOG_DATA_DIR: await dataDirectory(closers),
      NODE_ENV: 'production',
    };
    const startService: Stage['startService'] = async (others) => {
      const process = ServiceProcess.spawn(
        { ...AS_STARTED.environment, ...environment, ...others },
        [...AS_STARTED.flags, ...options.flags],
      );
      const stop = (): Promise<unknown> => process.stop();
      closers.push(() => stop().then(() => undefined));
      return { origin: await process.listening(), pid: process.pid, stop };
    };
    const service = await startService({});
    const fastify = await startCeiling('fastify-pg', url, closers);
    const cast = await perform(client, service, adminPassword);
    const glance = options.isBesideGlance ? await glanceOf(options, client, closers) : null;
    say(`${images} images: ready`);
    const startBare = (body: string): Promise<Target> => startCeiling('bare-http', body, closers);
    return { client, service, fastify, glance, cast, startBare, startService, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function glanceOf(
  { serverUrl, images, say }: StageOptions,
  from: pg.Client,
  closers: Closers,
): Promise<Glance | null> {
  const version = await installedGlance();
  if (version === null) return null;
  say(`${images} images: copied to Glance ${version}`);
  const { url, drop } = await createEmptyDatabase(serverUrl);
  closers.push(drop);
  return startGlance(version, { from, databaseUrl: url }, closers);
}

/** What ends what was started, in the order of starting. */
export type Closers = (() => Promise<void>)[];

async function dataDirectory(closers: Closers): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-bench-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

interface BenchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own with the tables of the service. */
export async function createDatabase(serverUrl: string): Promise<BenchDatabase> {
  const database = await createEmptyDatabase(serverUrl);
  await migrate(database.url, migrationsDirectory());
  return database;
}

async function createEmptyDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const target = new URL(serverUrl);
  target.pathname = `/${name}`;
  return {
    url: target.href,
    drop: () => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function catalogOf({ serverUrl, images, say }: StageOptions) {
  const { url, drop } = await createDatabase(serverUrl);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let told = -1;
  await buildCatalog(client, images, (share) => {
    const percent = Math.floor(share * 10) * 10;
    if (percent > told) say(`${images} images: built ${percent} %`);
    told = percent;
  });
  await client.end();
  return { url, drop };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Starts a program of `ceilings/`, which says its origin. */
export async function startCeiling(
  name: string,
  argument: string,
  closers: Closers,
): Promise<Target> {
  const program = fileURLToPath(new URL(`ceilings/${name}.ts`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', LOADER, program, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  closers.push(async () => {
    if (child.exitCode === null && child.kill()) await once(child, 'close');
  });
  if (child.stdout === null) throw new Error('Its output is not read.');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { origin: line.toString().trim(), pid: child.pid ?? 0 };
}

/** Makes the tenants known to the identity, and logs in to them. */
async function perform(client: pg.Client, service: Target, adminPassword: string): Promise<Cast> {
  const largestId = tenantId(LARGEST);
  const tenants = [largestId, tenantId(PARTNER), tenantId(SMALL)];
  await client.query(
    `INSERT INTO identity_projects (id, domain_id, name) SELECT id, 'default', id FROM unnest($1::text[]) AS id`,
    [tenants],
  );
  await client.query(
    `INSERT INTO identity_role_assignments (user_id, role_id, project_id)
     SELECT u.id, r.id, p FROM identity_users u, identity_roles r, unnest($1::text[]) AS p
     WHERE u.name = 'admin' AND r.name = 'member'`,
    [tenants],
  );
  const token = async (tenant: string | null): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const body = loginBody(adminPassword, tenant);
    const url = `${service.origin}/identity/v3/auth/tokens`;
    const reply = await fetch(url, { method: 'POST', headers, body });
    if (reply.status !== 201) throw new Error(`Log in: ${reply.status} ${await reply.text()}`);
    return reply.headers.get('x-subject-token') ?? '';
  };
  const [largest = '', partner = '', small = ''] = await Promise.all(tenants.map(token));
  const tokens = { largest, partner, small, admin: await token(null) };
  const [, partnerId = '', smallId = ''] = tenants;
  const tenantIds = { largest: largestId, partner: partnerId, small: smallId, admin: 'admin' };
  return { tokens, tenantIds, largestId, adminPassword, ...(await castOf(client, largestId)) };
}
