import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../../test/support/service-process.js';
import { AS_STARTED } from '../programs.js';
import { createDatabase, startCeiling, type Closers, type Target } from '../stage.js';
import { loginBody } from '../workloads.js';
import { startNginx } from './nginx.js';
import type { Place } from './transfer.js';

/** A program that takes and gives bytes. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** A place that takes one upload and gives the bytes back. */
  newPlace(): Promise<Place>;
  /** Takes the bytes away again. */
  remove(place: Place): Promise<void>;
}

export interface DataStage {
  readonly service: Contender;
  readonly pipe: Contender;
  readonly nginx: Contender | null;
  close(): Promise<void>;
}

/** @param directory where all of them keep their bytes; the system's place for temporary files if it is null */
export async function setDataStage(
  serverUrl: string,
  directory: string | null,
): Promise<DataStage> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const step of closers.toReversed()) await step();
  };
  try {
    const root = await mkdtemp(join(directory ?? tmpdir(), 'catalog-bench-data-'));
    closers.push(() => rm(root, { recursive: true, force: true }));
    const service = await startService(serverUrl, join(root, 'service'), closers);
    const piped = join(root, 'pipe');
    await mkdir(piped);
    const pipe = withFiles('node:http + fs', await startCeiling('pipe', piped, closers), piped);
    const nginx = await startNginx(join(root, 'nginx'), closers);
    const files = join(root, 'nginx', 'files');
    return {
      service,
      pipe,
      nginx: nginx && withFiles(`nginx ${nginx.version}`, nginx, files),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function withFiles(name: string, { origin, pid }: Target, directory: string): Contender {
  return {
    name,
    pid,
    newPlace: () =>
      Promise.resolve({ url: `${origin}/${randomBytes(4).toString('hex')}`, headers: {} }),
    remove: ({ url }) => rm(join(directory, new URL(url).pathname)),
  };
}

/** As `npm start` runs it, with the file system as its store. */
async function startService(
  serverUrl: string,
  directory: string,
  closers: Closers,
): Promise<Contender> {
  const database = await createDatabase(serverUrl);
  closers.push(() => database.drop());
  const password = randomBytes(12).toString('hex');
  const child = ServiceProcess.spawn(
    {
      ...AS_STARTED.environment,
      DATABASE_URL: database.url,
      PORT: '0',
      CATALOG_ADMIN_PASSWORD: password,
      CATALOG_DATA_DIR: directory,
      CATALOG_DELETED_RETENTION: '0s',
      NODE_ENV: 'production',
    },
    AS_STARTED.flags,
  );
  closers.push(() => child.stop().then(() => undefined));
  const origin = await child.listening();
  const headers = { 'x-auth-token': await logIn(origin, password) };
  const images = `${origin}/image/v2/images`;
  return {
    name: 'image catalog',
    pid: child.pid,
    async newPlace() {
      const body = JSON.stringify({ disk_format: 'raw', container_format: 'bare' });
      const json = { ...headers, 'content-type': 'application/json' };
      const reply = await fetch(images, { method: 'POST', headers: json, body });
      const { id } = (await reply.json()) as { id: string };
      return { url: `${images}/${id}/file`, headers };
    },
    async remove({ url }) {
      await fetch(url.slice(0, -'/file'.length), { method: 'DELETE', headers });
    },
  };
}

async function logIn(origin: string, password: string): Promise<string> {
  const reply = await fetch(`${origin}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: loginBody(password, null),
  });
  if (reply.status !== 201) throw new Error(`Log in: ${reply.status} ${await reply.text()}`);
  return reply.headers.get('x-subject-token') ?? '';
}
