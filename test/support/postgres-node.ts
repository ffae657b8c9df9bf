import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../src/platform/database/embedded/binaries.js';
import { bringUp, type RunningServer } from '../../src/platform/database/embedded/bring-up.js';
import type { Cluster, ServerSettings } from '../../src/platform/database/embedded/cluster.js';
import {
  ClusterDirectory,
  DATABASE,
} from '../../src/platform/database/embedded/cluster-directory.js';
import { initialise } from '../../src/platform/database/embedded/initialise.js';
import { stopPostmaster } from '../../src/platform/database/embedded/postmaster.js';

const POLL_MS = 20;
const PATIENCE_MS = 90_000;
/** Each server makes its own of these. */
const NOT_COPIED = /^(postmaster\.(pid|opts)|pg_(wal|replslot|stat_tmp|subtrans)\/.+)$/;

/** A PostgreSQL server of which others can be made that follow it. */
export class PostgresNode {
  private constructor(
    private readonly parent: string,
    readonly cluster: Cluster,
    readonly server: RunningServer,
  ) {}

  static async primary(parent: string, settings: ServerSettings): Promise<PostgresNode> {
    const directory = new ClusterDirectory(parent);
    const cluster = { directory, binaries: await findBinaries(), settings };
    await initialise(cluster);
    const node = new PostgresNode(parent, cluster, await bringUp(cluster));
    await node.query(`CREATE DATABASE ${DATABASE}`, 'postgres');
    return node;
  }

  /** A server that somebody else has started. */
  static around(parent: string, cluster: Cluster, server: RunningServer): PostgresNode {
    return new PostgresNode(parent, cluster, server);
  }

  get url(): string {
    return this.server.url;
  }

  /** Copies this server while it runs, and starts the copy as a standby that follows it under that name. */
  async addStandby(name: string): Promise<PostgresNode> {
    const { directory } = this.cluster;
    const copy = new ClusterDirectory(this.parent, name);
    await mkdir(copy.path, { mode: 0o700 });
    await copyFile(directory.passwordFile, copy.passwordFile);
    const label = await this.backup(directory.data, copy.data);
    const { hostname, port, username, password } = new URL(this.url);
    const source = `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`;
    await writeFile(join(copy.data, 'backup_label'), label);
    await writeFile(join(copy.data, 'standby.signal'), '');
    await writeFile(
      join(copy.data, 'postgresql.auto.conf'),
      `primary_conninfo = '${source}'\nwal_retrieve_retry_interval = 100\n`,
    );
    const cluster = { ...this.cluster, directory: copy };
    return new PostgresNode(this.parent, cluster, await bringUp(cluster));
  }

  /** Commits wait for that standby from now on: until it has flushed, or applied, what is committed. */
  async waitFor(standby: string | null): Promise<void> {
    await this.query(`ALTER SYSTEM SET synchronous_standby_names = '${standby ?? ''}'`);
    await this.query('SELECT pg_reload_conf()');
    if (standby === null) return;
    const sync = `SELECT FROM pg_stat_replication WHERE application_name = '${standby}' AND sync_state = 'sync'`;
    await this.until(async () => (await this.query(sync)).length === 1);
  }

  /** Stops to follow; answers writes when this returns. */
  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(true, 60)');
    await this.until(async () => {
      const [row] = await this.query<{ follows: boolean }>('SELECT pg_is_in_recovery() AS follows');
      return row?.follows === false;
    });
  }

  async query<Row extends pg.QueryResultRow>(sql: string, database = DATABASE): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url.replace(/\w+$/, database) });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  stop(): Promise<void> {
    return stopPostmaster(this.server.pid);
  }

  /** Brings it back where it was. */
  async restart(): Promise<void> {
    await bringUp(this.cluster, this.server.port);
  }

  /** @returns what makes the copied files a consistent whole */
  private async backup(from: string, to: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(`SELECT pg_backup_start('standby', true)`);
      await copyRunning(from, to);
      const { rows } = await client.query<{ labelfile: string }>(
        'SELECT labelfile FROM pg_backup_stop(false)',
      );
      return rows[0]?.labelfile ?? '';
    } finally {
      await client.end();
    }
  }

  private async until(claim: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await claim())) {
      if (performance.now() > deadline)
        throw new Error(`Not in time: ${this.cluster.directory.path}`);
      await sleep(POLL_MS);
    }
  }
}

/** Files may vanish meanwhile; the log makes good for it. */
async function copyRunning(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory());
  for (const entry of [...directories, ...entries.filter((other) => other.isFile())]) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isDirectory()) await mkdir(join(to, path), { recursive: true, mode: 0o700 });
    else if (!NOT_COPIED.test(path)) {
      await copyFile(join(from, path), join(to, path)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      });
    }
  }
}
