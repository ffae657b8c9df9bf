import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { Sandbox } from '../../support/sandbox.js';
import type { ServiceProcess } from '../../support/service-process.js';

const secret = (): string => randomBytes(12).toString('hex');

/** Everything that must stay out of the log, by what it is. */
const secrets: Record<string, string> = {
  adminPassword: secret(),
  wrongPassword: secret(),
  userPassword: secret(),
  tokenSecret: secret(),
  storeSecret: secret(),
  webhookSecret: secret(),
  databasePassword: secret(),
  madeUpToken: secret(),
  credentialSecret: secret(),
  bytes: secret(),
};

type Reply = Readonly<{ status: number; headers: Headers; body: any }>; // oxlint-disable-line typescript/no-explicit-any -- documents of every shape

const sandbox = new Sandbox();
let database: TestDatabase;
let service: ServiceProcess;
let origin: string;

const LIST = '/image/v2/images';

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Reply> {
  const isRaw = typeof body === 'string';
  const reply = await fetch(origin + path, {
    method,
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && {
        'content-type': isRaw ? 'application/octet-stream' : 'application/json',
      }),
      ...(token !== undefined && { 'x-auth-token': token }),
      'x-openstack-request-id': 'req-of-the-test',
    },
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : text };
}

function logIn(name: string, password: string): Promise<Reply> {
  const domain = { id: 'default' };
  return call('POST', '/identity/v3/auth/tokens', {
    auth: {
      identity: { methods: ['password'], password: { user: { name, domain, password } } },
      scope: { project: { name: 'admin', domain } },
    },
  });
}

/** What clients do in a day, with every kind of secret on the way. */
async function useEverything(): Promise<void> {
  const login = await logIn('admin', secrets['adminPassword'] ?? '');
  const token = login.headers.get('x-subject-token') ?? '';
  secrets['token'] = token;
  await logIn('admin', secrets['wrongPassword'] ?? '');
  const { id: userId } = login.body.token.user;
  await call('GET', LIST, undefined, secrets['madeUpToken']);
  await call('GET', `/identity/v2.0/tokens/${token}`, undefined, token);
  await call('GET', `/identity/v3/auth/tokens`, undefined, token);
  const user = { name: 'eve', password: secrets['userPassword'] };
  await call('POST', '/identity/v3/users', { user }, token);
  const credential = { name: 'ci', secret: secrets['credentialSecret'] };
  const path = `/identity/v3/users/${userId}/application_credentials`;
  const made = await call('POST', path, { application_credential: credential }, token);
  expect(made.status).toBe(201);
  const image = { name: 'seen', disk_format: 'raw', container_format: 'bare' };
  const { body } = await call('POST', LIST, image, token);
  const file = `${LIST}/${body.id}/file`;
  expect((await call('PUT', file, secrets['bytes'], token)).status).toBe(204);
  await call('GET', file, undefined, token);
  await call('PATCH', `${LIST}/${body.id}`, { op: secrets['bytes'] }, token);
  await call('GET', `/compute/v2.1/images/${body.id}`, undefined, token);
  await call(
    'POST',
    `${LIST}/${body.id}/import`,
    { method: { name: 'web-download', uri: `http://me:${secrets['bytes']}@192.0.2.1/` } },
    token,
  );
  await call('DELETE', `${LIST}/${body.id}`, undefined, token);
  await call('GET', '/readyz');
}

beforeAll(async () => {
  database = await createTestDatabase();
  const databaseUrl = new URL(database.url);
  // A server that trusts this machine takes any password; one that does not keeps its own.
  if (databaseUrl.password === '') databaseUrl.password = secrets['databasePassword'] ?? '';
  else secrets['databasePassword'] = databaseUrl.password;
  const stores = [
    { id: 'disk', default: true, driver: 'filesystem', path: await sandbox.dataDir() },
    {
      id: 'cold',
      driver: 's3',
      bucket: 'b',
      endpoint: 'http://127.0.0.1:9',
      accessKeyId: 'key',
      secretAccessKey: { env: 'STORE_SECRET' },
    },
  ];
  const webhooks = [
    {
      id: 'away',
      url: 'http://127.0.0.1:9/',
      secret: { env: 'WEBHOOK_SECRET' },
      retrySeconds: 0.1,
    },
  ];
  service = sandbox.start({
    DATABASE_URL: databaseUrl.href,
    CATALOG_DATA_DIR: await sandbox.dataDir(),
    CATALOG_LOG_LEVEL: 'trace',
    CATALOG_ADMIN_PASSWORD: secrets['adminPassword'] ?? '',
    CATALOG_TOKEN_SECRET: secrets['tokenSecret'] ?? '',
    CATALOG_STORES: JSON.stringify(stores),
    CATALOG_WEBHOOKS: JSON.stringify(webhooks),
    STORE_SECRET: secrets['storeSecret'] ?? '',
    WEBHOOK_SECRET: secrets['webhookSecret'] ?? '',
  });
  origin = await service.listening();
  await useEverything();
  await call('GET', '/v2/images%0d%0aforged');
  await service.said(/forged/);
});

afterAll(async () => {
  await sandbox.stopAll();
  await sandbox.close();
  await database.drop();
});

/** The lines of the log among the lines of standard output. */
const lines = () =>
  service.output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log at its most talkative', () => {
  it('holds none of the secrets', () => {
    const printed = service.output + service.complaint;
    const leaked = Object.entries(secrets).filter(([, value]) => printed.includes(value));
    expect(leaked.map(([name]) => name)).toEqual([]);
    expect(Object.keys(secrets)).toContain('token');
  });

  it('names a token by a short hash', () => {
    const hash = createHash('sha256')
      .update(secrets['token'] ?? '')
      .digest('hex')
      .slice(0, 12);
    expect(lines()).toContainEqual(expect.objectContaining({ token: hash, status: 204 }));
  });

  it('tells of a request who asked for what, how it ended, how long it took and how much it was', () => {
    const line = lines().find(
      ({ route, method }) => method === 'PUT' && String(route).endsWith('/file'),
    );
    expect(line).toMatchObject({
      requestId: 'req-of-the-test',
      dialect: 'image',
      route: '/v2/images/:image_id/file',
      status: 204,
      tenant: expect.stringMatching(/^[0-9a-f]{32}$/),
      user: expect.stringMatching(/^[0-9a-f]{32}$/),
      durationMs: expect.any(Number),
      client: '127.0.0.1',
    });
    expect(line?.['bytesReceived']).toBeGreaterThan(100);
    expect(line?.['bytesSent']).toBeGreaterThan(50);
  });

  it('has no path of the identity, for a token may be in it', () => {
    const identity = lines().filter(({ dialect }) => dialect === 'identity');
    expect(identity.length).toBeGreaterThan(4);
    expect(identity.filter((line) => 'path' in line)).toEqual([]);
  });

  it('has one line for each event, whatever the client sends', () => {
    const unparsed = service.output.split('\n').filter((line) => line.includes('forged'));
    expect(unparsed.length).toBeGreaterThan(0);
    for (const line of unparsed) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('has probes at debug only', () => {
    const probe = lines().find(({ route }) => route === '/readyz');
    expect(probe).toMatchObject({ level: 20 });
  });
});
