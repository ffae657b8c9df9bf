import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../support/database.js';
import { logIn, passwordLogin } from '../../support/log-in.js';
import { Sandbox } from '../../support/sandbox.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { execute } from '../../support/test-server.js';

const PASSWORD = 'a-password';

// Each test starts the service at least once, perhaps on a busy machine.
jest.setTimeout(120_000);

describe('the service on a database that it was given', () => {
  const sandbox = new Sandbox();
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => sandbox.stopAll());

  afterAll(async () => {
    await sandbox.close();
    await database.drop();
  });

  async function start(environment: Record<string, string> = {}): Promise<ServiceProcess> {
    return sandbox.start({
      DATABASE_URL: database.url,
      CATALOG_DATA_DIR: await sandbox.dataDir(),
      CATALOG_ADMIN_PASSWORD: PASSWORD,
      ...environment,
    });
  }

  /** A log-in whose body has not arrived completely: the service is at work on it. */
  async function beginLogIn(origin: string): Promise<{ request: ClientRequest; rest: string }> {
    const body = JSON.stringify(passwordLogin(PASSWORD));
    const half = body.length / 2;
    const outgoing = request(`${origin}/identity/v3/auth/tokens`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    });
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    outgoing.on('error', () => undefined); // being cut off is what some tests are about
    outgoing.write(body.slice(0, half));
    return { request: outgoing, rest: body.slice(half) };
  }

  it('starts no server of its own', async () => {
    const dataDir = await sandbox.dataDir();
    await (await start({ CATALOG_DATA_DIR: dataDir })).listening();

    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    expect(existsSync(join(dataDir, 'clouds.yaml'))).toBe(true);
  });

  it('lets three replicas start at once on an empty database', async () => {
    const empty = await createEmptyDatabase();
    const replicas = await Promise.all([1, 2, 3].map(() => start({ DATABASE_URL: empty.url })));
    const origins = await Promise.all(replicas.map((replica) => replica.listening()));

    expect(await Promise.all(origins.map((origin) => logIn(origin, PASSWORD)))).toEqual([
      201, 201, 201,
    ]);
    const { rows } = await execute(
      empty.url,
      'SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1',
    );
    expect(rows).toEqual([]);
    await sandbox.stopAll();
    await empty.drop();
  });

  it('replaces the password of the administrator by the configured one', async () => {
    const service = await start({ CATALOG_ADMIN_PASSWORD: 'another' });

    expect(await logIn(await service.listening(), 'another')).toBe(201);
  });

  it('lets a running request finish before it stops', async () => {
    const service = await start();
    const login = await beginLogIn(await service.listening());
    const answer = once(login.request, 'response') as Promise<[IncomingMessage]>;
    service.send('SIGTERM');
    await service.said(/Stopping/);
    login.request.end(login.rest);

    expect((await answer)[0].statusCode).toBe(201);
    expect(await service.exit()).toEqual({ code: 0, signal: null });
  });

  it('cuts off a request that does not finish in time', async () => {
    const service = await start({ CATALOG_DRAIN_SECONDS: '1' });
    const login = await beginLogIn(await service.listening());
    const cut = new Promise((resolve) => {
      login.request.once('close', resolve);
    });

    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await cut;
  });

  it('exits at once when it is told a second time', async () => {
    const service = await start({ CATALOG_DRAIN_SECONDS: '600' });
    await beginLogIn(await service.listening());
    service.send('SIGINT');
    await service.said(/Stopping/);
    const repeated = setInterval(() => service.send('SIGINT'), 100);

    expect(await service.exit()).toEqual({ code: 1, signal: null });
    clearInterval(repeated);
  });
});
