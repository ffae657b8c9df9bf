import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createEmptyDatabase, type TestDatabase } from './database.js';
import { areInstalled } from './installed.js';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 90_000;
const ADMIN_PASSWORD = 'the administrator';

/** What {@link RealKeystone} needs, as Debian names it. */
export const KEYSTONE_PACKAGES =
  'python3-keystone, python3-psycopg2, uwsgi-core and uwsgi-plugin-python3';

export const hasKeystone = (): Promise<boolean> =>
  areInstalled('keystone-manage', 'keystone-wsgi-public', 'uwsgi');

export interface KeystoneAnswer {
  readonly status: number;
  readonly token: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read documents of every shape
  readonly body: any;
}

/** A whole OpenStack Keystone with a database of its own, on a free port of 127.0.0.1, and its administrator's hands. */
export class RealKeystone {
  private adminToken = '';

  private constructor(
    readonly authUrl: string,
    private readonly directory: string,
    private readonly database: TestDatabase,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<RealKeystone> {
    const directory = await mkdtemp(join(tmpdir(), 'catalog-keystone-'));
    const authUrl = `http://127.0.0.1:${await freePort()}/v3`;
    const database = await createEmptyDatabase();
    const config = await configure(directory, database.url);
    await bootstrap(config, authUrl);
    const socket = new URL(authUrl).host;
    const options = [
      '--plugin',
      'python3',
      '--http-socket',
      socket,
      '--need-app',
      '--enable-threads',
    ];
    const wsgi = (await run('which', ['keystone-wsgi-public'])).stdout.trim();
    const more = [
      '--wsgi-file',
      wsgi,
      '--buffer-size',
      '65535',
      '--add-header',
      'Connection: close',
    ];
    const server = spawn('uwsgi', [...options, ...more], {
      stdio: 'ignore',
      env: { ...process.env, OS_KEYSTONE_CONFIG_FILES: config },
    });
    const keystone = new RealKeystone(authUrl, directory, database, server);
    try {
      await keystone.untilReady();
      return keystone;
    } catch (error) {
      await keystone.close();
      throw error;
    }
  }

  /** Logs in with a password; @param scope as in the body of the request */
  logIn(name: string, password: string, scope?: object | string): Promise<KeystoneAnswer> {
    const user = { name, password, domain: { id: 'default' } };
    return this.authenticate({ methods: ['password'], password: { user } }, scope);
  }

  authenticate(identity: object, scope?: object | string): Promise<KeystoneAnswer> {
    const auth = { identity, ...(scope !== undefined && { scope }) };
    return this.call('POST', '/auth/tokens', { auth });
  }

  /** With the token of the administrator unless another is given. @throws Error unless it succeeds */
  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = { 'x-auth-token': this.adminToken },
  ): Promise<KeystoneAnswer> {
    const answer = await exchange(`${this.authUrl}${path}`, method, headers, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return { ...answer, body: answer.text === '' ? null : JSON.parse(answer.text) };
  }

  async createProject(name: string): Promise<string> {
    const project = { name, domain_id: 'default' };
    return (await this.call('POST', '/projects', { project })).body.project.id;
  }

  async createUser(name: string, password: string): Promise<string> {
    const user = { name, password, domain_id: 'default' };
    return (await this.call('POST', '/users', { user })).body.user.id;
  }

  /** @param target such as `projects/{id}` or `system`; the role is made when there is none */
  async grant(target: string, userId: string, role: string): Promise<void> {
    const { body } = await this.call('GET', `/roles?name=${role}`);
    const id: string =
      body.roles[0]?.id ??
      (await this.call('POST', '/roles', { role: { name: role } })).body.role.id;
    await this.call('PUT', `/${target}/users/${userId}/roles/${id}`);
  }

  async close(): Promise<void> {
    if (this.server.exitCode === null && this.server.signalCode === null) {
      const ended = new Promise((resolve) => this.server.once('exit', resolve));
      this.server.kill('SIGKILL');
      await ended;
    }
    await this.database.drop();
    await rm(this.directory, { recursive: true });
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    const scope = { project: { name: 'admin', domain: { id: 'default' } } };
    for (;;) {
      const answer = await this.logIn('admin', ADMIN_PASSWORD, scope).catch(() => null);
      this.adminToken = answer?.token ?? '';
      if (this.adminToken !== '') return;
      if (Date.now() > deadline) throw new Error('Keystone did not start.');
      await pause(200);
    }
  }
}

/** A connection for each: the server ends them without the niceties that `fetch` insists on. */
function exchange(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ status: number; token: string; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const token = String(incoming.headers['x-subject-token'] ?? '');
        resolve({
          status: incoming.statusCode ?? 0,
          token,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function configure(directory: string, databaseUrl: string): Promise<string> {
  for (const name of ['fernet', 'credential', 'log']) await mkdir(join(directory, name));
  const path = join(directory, 'keystone.conf');
  const text = `[DEFAULT]
log_dir = ${directory}/log
[database]
connection = ${databaseUrl}
[fernet_tokens]
key_repository = ${directory}/fernet
[credential]
key_repository = ${directory}/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = false
`;
  await writeFile(path, text);
  return path;
}

async function bootstrap(config: string, authUrl: string): Promise<void> {
  const { username } = userInfo();
  const owner = ['--keystone-user', username, '--keystone-group', username];
  const urls = ['admin', 'internal', 'public'].flatMap((kind) => [
    `--bootstrap-${kind}-url`,
    authUrl,
  ]);
  const password = ['--bootstrap-password', ADMIN_PASSWORD, '--bootstrap-region-id', 'RegionOne'];
  for (const command of [
    ['db_sync'],
    ['fernet_setup', ...owner],
    ['credential_setup', ...owner],
    ['bootstrap', ...password, ...urls],
  ]) {
    await run('keystone-manage', ['--config-file', config, ...command]);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
