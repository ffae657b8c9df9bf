import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { migrate, migrationsDirectory } from '../../src/platform/database/migrate.js';
import { grantService } from '../../src/platform/database/service-role.js';

interface Server {
  /** Connection string of a role that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface TestServer extends Server {
  /** An empty, migrated database; `createTestDatabase()` copies it. */
  readonly template: string;
  /** Password of a role of the template's name, which may serve the catalog and no more. */
  readonly servicePassword: string;
}

const IMAGE = process.env['TEST_POSTGRES_IMAGE'] ?? 'postgres:17-alpine';
const MAX_CONNECTIONS = 500;

/**
 * The PostgreSQL server of a test run: the one that TEST_DATABASE_URL names, else a container where a
 * Docker engine answers, else the embedded server in a temporary directory.
 */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? givenServer(given) : ((await container()) ?? (await embedded()));
  const template = `catalog_test_${randomBytes(4).toString('hex')}`;
  const servicePassword = randomBytes(12).toString('hex');
  try {
    await execute(server.url, `CREATE DATABASE ${template}`);
    await migrate(withDatabase(server.url, template), migrationsDirectory());
    const role = { name: template, password: servicePassword };
    await grantService(withDatabase(server.url, template), role);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.url,
    template,
    servicePassword,
    async stop() {
      await dropAll(server.url, template);
      await execute(server.url, `DROP ROLE IF EXISTS ${template}`);
      await server.stop();
    },
  };
}

export function withDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

export async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

function givenServer(url: string): Server {
  return { url, stop: () => Promise.resolve() };
}

/** @returns null, with a note, when there is no engine or it cannot get the image */
async function container(): Promise<Server | null> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const engine = await getContainerRuntimeClient().catch(() => null);
  if (engine === null) return null;
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  try {
    const started = await new PostgreSqlContainer(IMAGE)
      .withCommand(['postgres', '-c', 'fsync=off', '-c', `max_connections=${MAX_CONNECTIONS}`])
      .start();
    return {
      url: started.getConnectionUri(),
      async stop() {
        await started.stop();
      },
    };
  } catch (error) {
    console.warn(`No container of ${IMAGE} (${String(error)}): using the embedded server.`);
    return null;
  }
}

async function embedded(): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-test-'));
  const server = await EmbeddedPostgres.start(directory, {
    purpose: 'service',
    maxConnections: MAX_CONNECTIONS,
    durable: false,
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Databases of this run, the template included; some remain when a test file was interrupted. */
async function dropAll(url: string, prefix: string): Promise<void> {
  const { rows } = await execute(
    url,
    `SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`,
  );
  for (const { datname } of rows as { datname: string }[]) {
    await execute(url, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
}
