import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { areInstalled } from './installed.js';

const run = promisify(execFile);
const SERVERS = ['account', 'container', 'object'] as const;
const READY_TIMEOUT_MS = 90_000;

export interface SwiftServer {
  /** For Swift's own API: the TempAuth door. */
  readonly authUrl: string;
  /** For the S3 API. */
  readonly endpoint: string;
  readonly userName: string;
  readonly password: string;
  /** Stops all of its processes to run and lets them go on: it hangs, and keeps connections open. */
  hang(): void;
  goOn(): void;
  /** Ends all of its processes; what it has acknowledged is on disk. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts what was stopped, on the same ports. @returns when it takes data */
  start(): Promise<void>;
  close(): Promise<void>;
}

type LogIn = Pick<SwiftServer, 'authUrl' | 'userName' | 'password'>;

/** Whether the machine has what {@link startSwiftServer} needs: Debian's swift-* packages and memcached. */
export const hasSwift = (): Promise<boolean> =>
  areInstalled('swift-proxy-server', 'swift-object-server', 'swift-ring-builder', 'memcached');

/** A whole OpenStack Swift with one device, on free ports of 127.0.0.1, that also speaks S3. */
export async function startSwiftServer(): Promise<SwiftServer> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-swift-'));
  const ports = { account: 0, container: 0, object: 0, proxy: 0, memcached: 0 };
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  await mkdir(join(directory, 'srv', 'sda'), { recursive: true });
  const common = `swift_dir = ${directory}\nuser = ${userInfo().username}\nbind_ip = 127.0.0.1\nworkers = 0\nlog_level = ERROR`;
  await writeFile(
    join(directory, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_suffix = catalog\nswift_hash_path_prefix = catalog\n',
  );
  const listening = ['-l', '127.0.0.1', '-p', `${ports.memcached}`];
  const memcached = spawn('memcached', [...listening, '-u', userInfo().username]);
  await Promise.all(SERVERS.map((server) => makeRing(directory, server, ports[server])));
  for (const server of SERVERS) {
    const config = `[DEFAULT]\n${common}\nbind_port = ${ports[server]}\ndevices = ${directory}/srv\nmount_check = false\n[pipeline:main]\npipeline = ${server}-server\n[app:${server}-server]\nuse = egg:swift#${server}\n`;
    await writeFile(configFile(directory, server), config);
  }
  const proxy = `[DEFAULT]\n${common}\nbind_port = ${ports.proxy}\n${proxyConfig(ports.memcached)}`;
  await writeFile(configFile(directory, 'proxy'), proxy);
  let processes = startServers(directory);
  const origin = `http://127.0.0.1:${ports.proxy}`;
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const child of processes) child.kill(signal);
  };
  const server = {
    authUrl: `${origin}/auth/v1.0`,
    endpoint: origin,
    userName: 'test:tester',
    password: 'testing',
    hang: () => signalAll('SIGSTOP'),
    goOn: () => signalAll('SIGCONT'),
    stop: async (signal: 'SIGTERM' | 'SIGKILL') => {
      await Promise.all(processes.map((child) => end(child, signal)));
    },
    start: async () => {
      processes = startServers(directory);
      await untilReady(server);
    },
    close: async () => {
      await Promise.all([memcached, ...processes].map((child) => end(child, 'SIGKILL')));
      await rm(directory, { recursive: true });
    },
  };
  try {
    await untilReady(server);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

function proxyConfig(memcachedPort: number): string {
  return `[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcachedPort}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`;
}

async function makeRing(directory: string, name: string, port: number): Promise<void> {
  const builder = join(directory, `${name}.builder`);
  await run('swift-ring-builder', [builder, 'create', '4', '1', '1']);
  await run('swift-ring-builder', [builder, 'add', `r1z1-127.0.0.1:${port}/sda`, '1']);
  await run('swift-ring-builder', [builder, 'rebalance']);
}

const configFile = (directory: string, name: string): string =>
  join(directory, `${name}-server.conf`);

function startServers(directory: string): ChildProcess[] {
  return [...SERVERS, 'proxy'].map((name) =>
    spawn(`swift-${name}-server`, [configFile(directory, name)], { stdio: 'ignore' }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The proxy answers before the servers behind it do; a container that can be made needs all but one. */
async function untilReady(server: LogIn): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await takesContainers(server).catch(() => false))) {
    if (Date.now() > deadline) throw new Error('Swift did not start.');
    await pause(200);
  }
}

async function takesContainers({ authUrl, userName, password }: LogIn): Promise<boolean> {
  const headers = { 'x-auth-user': userName, 'x-auth-key': password };
  const answer = await fetch(authUrl, { headers });
  const token = { 'x-auth-token': answer.headers.get('x-auth-token') ?? '' };
  const container = `${answer.headers.get('x-storage-url')}/ready`;
  const made = await fetch(container, { method: 'PUT', headers: token });
  const put = await fetch(`${container}/object`, { method: 'PUT', headers: token, body: 'x' });
  return made.ok && put.ok;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
