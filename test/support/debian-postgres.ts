import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/platform/database/embedded/free-port.js';

const INSTALLED = '/usr/lib/postgresql';
const NEEDED = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore', 'pg_basebackup', 'createdb', 'psql'];

/** PostgreSQL refuses to run as root. */
const AS_POSTGRES = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];

/** Where Debian has a server and its tools of one version; null where it has not. */
export function debianPostgres(): string | null {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const directories = versions
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(INSTALLED, version, 'bin'));
  return (
    directories.find((path) => NEEDED.every((program) => existsSync(join(path, program)))) ?? null
  );
}

/** Clusters of Debian's PostgreSQL in a directory of their own, as an operator of backups has them. */
export class DebianPostgres {
  private readonly running = new Set<string>();

  private constructor(
    private readonly bin: string,
    readonly directory: string,
  ) {}

  static async create(bin: string): Promise<DebianPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'catalog-backup-'));
    chmodSync(directory, 0o777);
    return new DebianPostgres(bin, directory);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Runs one of the programs to its end. @throws with what it printed when it fails */
  run(program: string, ...args: readonly string[]): string {
    const known = join(this.bin, program);
    const [first = '', ...rest] = [...AS_POSTGRES, existsSync(known) ? known : program, ...args];
    // What a server writes goes to its log; a pipe that it inherited would stay open as long as it runs.
    const stdio = program === 'pg_ctl' ? 'ignore' : 'pipe';
    const { status, stdout, stderr } = spawnSync(first, rest, {
      cwd: this.directory,
      encoding: 'utf8',
      stdio,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Starts the cluster of that name. @returns the URL of its database `catalog` */
  async start(name: string): Promise<string> {
    const port = await freePort();
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -k ${this.directory}`;
    const log = this.path(`${name}.log`);
    this.run('pg_ctl', 'start', '-w', '-t', '100', '-D', this.path(name), '-l', log, '-o', options);
    this.running.add(name);
    return `postgresql://postgres@127.0.0.1:${port}/catalog`;
  }

  stop(name: string): void {
    this.run('pg_ctl', 'stop', '-w', '-m', 'fast', '-D', this.path(name));
    this.running.delete(name);
  }

  async close(): Promise<void> {
    for (const name of this.running) this.stop(name);
    await rm(this.directory, { recursive: true, force: true });
  }
}
