import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BootstrapIdentity } from '../../src/tenants/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { logIn, projectScope, tokenOf } from '../support/identity.js';
import { execute } from '../support/test-server.js';

let app: TestApp;

beforeEach(async () => {
  app = await startTestApp();
  // As new: the harness has set the identity up already.
  await rows('TRUNCATE identity_domains, identity_roles CASCADE');
});

afterEach(() => app.close());

const bootstrap = (adminPassword: string | null) =>
  app.app.get(BootstrapIdentity, { strict: false }).execute({ adminPassword });

const logInAs = (password: string, scope: object = projectScope('admin')) =>
  logIn(app, { name: 'admin', password, scope });

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await execute(app.databaseUrl, sql)).rows;
}

describe('the first start', () => {
  it('makes an administrator with the given password', async () => {
    expect(await bootstrap('a password')).toEqual({ generatedPassword: null });
    const reply = await logInAs('a password');
    expect(reply.status).toBe(201);
    expect(reply.body.token.project).toMatchObject({ name: 'admin', domain: { id: 'default' } });
    expect((await logInAs('a password', { system: { all: true } })).status).toBe(201);
  });

  it('generates a password of at least 128 bits when none is given, and tells it once', async () => {
    const { generatedPassword } = await bootstrap(null);
    expect(generatedPassword).toMatch(/^[\w-]{22,}$/);
    expect((await logInAs(String(generatedPassword))).status).toBe(201);
    expect(await bootstrap(null)).toEqual({ generatedPassword: null });
    expect((await logInAs(String(generatedPassword))).status).toBe(201);
  });

  it('makes the default domain and the built-in roles', async () => {
    await bootstrap(null);
    expect(await rows('SELECT id, name, enabled FROM identity_domains')).toEqual([
      { id: 'default', name: 'Default', enabled: true },
    ]);
    const roles = await rows('SELECT name FROM identity_roles WHERE immutable ORDER BY name');
    expect(roles.map(({ name }) => name)).toEqual([
      'admin',
      'manager',
      'member',
      'reader',
      'service',
    ]);
  });

  it('ships no other user', async () => {
    await bootstrap(null);
    expect(await rows('SELECT name FROM identity_users')).toEqual([{ name: 'admin' }]);
  });

  it('happens once when replicas start together, and one of them tells the password', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => bootstrap(null)));
    const told = results.flatMap(({ generatedPassword }) => generatedPassword ?? []);
    expect(told).toHaveLength(1);
    expect((await logInAs(String(told[0]))).status).toBe(201);
    expect(await rows('SELECT count(*)::int AS n FROM identity_users')).toEqual([{ n: 1 }]);
    expect(await rows('SELECT count(*)::int AS n FROM identity_role_assignments')).toEqual([
      { n: 2 },
    ]);
  });
});

describe('a later start', () => {
  it('with the same password leaves tokens valid', async () => {
    await bootstrap('a password');
    const token = tokenOf(await logInAs('a password'));
    await bootstrap('a password');
    expect((await app.request('GET', '/v2/images', { token })).status).toBe(200);
  });

  it('with another password replaces it and ends the tokens', async () => {
    await bootstrap('a password');
    const token = tokenOf(await logInAs('a password'));
    await bootstrap('another password');
    expect((await logInAs('a password')).status).toBe(401);
    expect((await logInAs('another password')).status).toBe(201);
    expect((await app.request('GET', '/v2/images', { token })).status).toBe(401);
  });

  it('with a password lets a locked-out administrator in again', async () => {
    await bootstrap('a password');
    await rows('UPDATE identity_users SET enabled = false; DELETE FROM identity_role_assignments');
    expect((await logInAs('a password')).status).toBe(401);
    await bootstrap('a password');
    expect((await logInAs('a password')).status).toBe(201);
  });

  it('without a password leaves the administrator alone', async () => {
    await bootstrap('a password');
    await rows('UPDATE identity_users SET enabled = false');
    await bootstrap(null);
    expect((await logInAs('a password')).status).toBe(401);
  });
});
