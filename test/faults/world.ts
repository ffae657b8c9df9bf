import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../src/platform/database/embedded/binaries.js';
import { bringUp, type RunningServer } from '../../src/platform/database/embedded/bring-up.js';
import type { Cluster } from '../../src/platform/database/embedded/cluster.js';
import {
  ClusterDirectory,
  DATABASE,
} from '../../src/platform/database/embedded/cluster-directory.js';
import { freePort } from '../../src/platform/database/embedded/free-port.js';
import { initialise } from '../../src/platform/database/embedded/initialise.js';
import { isAlive, stopPostmaster } from '../../src/platform/database/embedded/postmaster.js';
import { PostgresNode } from '../support/postgres-node.js';
import { ServiceProcess } from '../support/service-process.js';
import { Client } from './client.js';

type Environment = Readonly<Record<string, string>>;

const CLI = join(process.cwd(), 'dist', 'cli.js');
const PASSWORD = randomBytes(12).toString('hex');
const POLL_MS = 20;
const PATIENCE_MS = 120_000;

/** A service of its own address, which stays the same over restarts. */
export interface Replica {
  readonly port: number;
  readonly origin: string;
  process: ServiceProcess;
}

/** A PostgreSQL server with full durability, services and a directory of data: all real processes, all ours to kill. */
export class World {
  private readonly replicas: Replica[] = [];
  private readonly undo: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly directory: string,
    private cluster: Cluster,
    private database: RunningServer,
    /** What every service and the checker are told. */
    private readonly environment: Environment,
  ) {}

  static async create(environment: Environment = {}): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'catalog-faults-'));
    const binaries = await findBinaries();
    const settings = { maxConnections: 100, durable: true };
    const cluster = { directory: new ClusterDirectory(directory), binaries, settings };
    await initialise(cluster);
    const database = await bringUp(cluster);
    const admin = new pg.Client({ connectionString: database.url.replace(/\w+$/, 'postgres') });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${DATABASE}`);
    await admin.end();
    const data = join(directory, 'data');
    await mkdir(data);
    const all = { CATALOG_DATA_DIR: data, ...environment };
    return new World(directory, cluster, database, all);
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  onClose(step: () => Promise<unknown>): void {
    this.undo.push(step);
  }

  /** @param program of another release than the one that was built here */
  async startReplica(extra: Environment = {}, program?: string): Promise<Replica> {
    const port = await freePort();
    const replica = {
      port,
      origin: `http://127.0.0.1:${port}`,
      process: this.spawn(port, extra, program),
    };
    this.replicas.push(replica);
    await replica.process.listening();
    return replica;
  }

  async restart(replica: Replica, extra: Environment = {}): Promise<void> {
    replica.process = this.spawn(replica.port, extra);
    await replica.process.listening();
  }

  /** A client with a token that outlives the program. */
  async client(origin: string, connections?: number): Promise<Client> {
    const domain = { id: 'default' };
    const user = { name: 'admin', domain, password: PASSWORD };
    const identity = { methods: ['password'], password: { user } };
    const auth = { identity, scope: { project: { name: 'admin', domain } } };
    const reply = await fetch(`${origin}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth }),
    });
    const token = reply.headers.get('x-subject-token');
    if (token === null) throw new Error(`No token: ${await reply.text()}`);
    const client = new Client(origin, token, connections);
    this.onClose(() => client.close());
    return client;
  }

  /** Kills the server's first process; the others notice and end. @returns when all of it is gone */
  async killDatabase(): Promise<void> {
    process.kill(this.database.pid, 'SIGKILL');
    await until(() => !isAlive(this.database.pid));
  }

  /** As an operator stops it: running transactions are rolled back. */
  async stopDatabase(): Promise<void> {
    process.kill(this.database.pid, 'SIGINT');
    await until(() => !isAlive(this.database.pid));
  }

  async startDatabase(): Promise<void> {
    this.database = await bringUp(this.cluster, this.database.port);
  }

  /** All processes of the server, the first one included. */
  async databaseProcesses(): Promise<number[]> {
    const { pid } = this.database;
    return [pid, ...(await childrenOf(pid))];
  }

  /** The server that is in use, to make standbys of. */
  get databaseNode(): PostgresNode {
    return PostgresNode.around(this.directory, this.cluster, this.database);
  }

  /** A power cut: no process has time for anything. */
  async cutDatabasePower(): Promise<void> {
    for (const pid of await this.databaseProcesses()) process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(this.database.pid));
  }

  /** Goes on with another server; the files of the one before are removed. */
  async adopt({ cluster, server }: PostgresNode): Promise<void> {
    const { path } = this.cluster.directory;
    this.cluster = cluster;
    this.database = server;
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Runs the checker as an operator does. @returns what it found, line by line */
  async verify(graceSeconds: number, ...options: readonly string[]): Promise<readonly string[]> {
    const child = spawn(process.execPath, [CLI, 'verify', '--all-data', ...options], {
      env: {
        PATH: process.env['PATH'],
        NODE_NO_WARNINGS: '1',
        ...this.environment,
        DATABASE_URL: this.database.url,
        CATALOG_ORPHAN_GRACE: `${graceSeconds}s`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.stdout.resume();
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return [];
    const lines = text.trim().split('\n');
    return lines.length === 0 ? [`the checker ended with ${code ?? 'a signal'}`] : lines;
  }

  /** Waits until a replica is ready. @throws with what it and the database say when it never is */
  async untilReady(replica: Replica): Promise<number> {
    const ask = (path: string) =>
      fetch(`${replica.origin}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
        () => null,
      );
    try {
      return await until(async () => (await ask('/readyz'))?.ok === true);
    } catch (cause) {
      const answer = await (await ask('/readyz'))?.text();
      const sessions = await this.query(
        'SELECT pid, state, wait_event, left(query, 80) AS query FROM pg_stat_activity',
      ).catch(String);
      const said = `${replica.process.output}${replica.process.complaint}`.slice(-4000);
      throw new Error(`Not ready: ${answer ?? 'no answer'} ${JSON.stringify(sessions)} ${said}`, {
        cause,
      });
    }
  }

  async query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    for (const { process: service } of this.replicas) await service.stop('SIGKILL');
    for (const step of this.undo.toReversed()) await step();
    await stopPostmaster(this.database.pid);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  private spawn(port: number, extra: Environment, program?: string): ServiceProcess {
    const environment = {
      NODE_NO_WARNINGS: '1',
      DATABASE_URL: this.database.url,
      CATALOG_ADMIN_PASSWORD: PASSWORD,
      CATALOG_TOKEN_TTL_SECONDS: '86400',
      CATALOG_TENANT_IMAGE_COUNT_QUOTA: '-1',
      CATALOG_TENANT_UPLOAD_QUOTA: '-1',
      CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS: '120',
      CATALOG_IMPORT_INTERNAL_HOSTS: '127.0.0.1',
      CATALOG_IMPORT_PORTS_ALLOWED: '*',
      PORT: String(port),
      ...this.environment,
      ...extra,
    };
    return ServiceProcess.spawn(environment, [], program);
  }
}

/** Ids of the processes that a process started, as Linux lists them. */
export async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
}

/** @returns after how many milliseconds it was so @throws when it never is */
export async function until(claim: () => boolean | Promise<boolean>): Promise<number> {
  const started = performance.now();
  while (!(await claim())) {
    if (performance.now() - started > PATIENCE_MS) throw new Error('It did not happen in time.');
    await sleep(POLL_MS);
  }
  return performance.now() - started;
}
