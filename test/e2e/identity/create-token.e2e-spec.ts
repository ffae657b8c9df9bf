import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestResponse } from '../../support/app.js';
import {
  ADMIN_PASSWORD,
  IdentityFixture,
  authenticate,
  logIn,
  namesOf,
  projectScope,
  tokenOf,
} from '../../support/identity.js';

const TOKENS = '/identity/v3/auth/tokens';
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

let identity: IdentityFixture;
let ann: Awaited<ReturnType<IdentityFixture['member']>>;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const withPassword = (user: object, scope?: unknown) =>
  authenticate(identity.app, {
    identity: { methods: ['password'], password: { user } },
    ...(scope !== undefined && { scope }),
  });
const withToken = (token: string, scope?: unknown) =>
  authenticate(identity.app, {
    identity: { methods: ['token'], token: { id: token } },
    ...(scope !== undefined && { scope }),
  });
const asAnn = (scope?: unknown) => withPassword({ id: ann.id, password: ann.password }, scope);

describe('201', () => {
  it('answers with the token in the header and what it is for in the body', async () => {
    const reply = await asAnn({ project: { id: ann.projectId } });
    expect(reply.status).toBe(201);
    expect(reply.headers['x-subject-token']).toMatch(/^[\w.-]{60,600}$/);
    expect(reply.headers['vary']).toBe('X-Auth-Token');
    expect(reply.body.token).toEqual({
      methods: ['password'],
      user: {
        id: ann.id,
        name: ann.name,
        domain: { id: 'default', name: 'Default' },
        password_expires_at: null,
      },
      audit_ids: [expect.stringMatching(/^[\w-]{22}$/)],
      issued_at: expect.stringMatching(TIMESTAMP),
      expires_at: expect.stringMatching(TIMESTAMP),
      project: {
        id: ann.projectId,
        name: expect.any(String),
        domain: { id: 'default', name: 'Default' },
      },
      is_domain: false,
      roles: [
        { id: expect.any(String), name: 'member' },
        { id: expect.any(String), name: 'reader' },
      ],
      catalog: expect.any(Array),
    });
  });

  it('lives for the configured time', async () => {
    const { issued_at: from, expires_at: to } = (await asAnn()).body.token;
    expect(Date.parse(to) - Date.parse(from)).toBe(3_600_000);
  });

  it.each([
    ['name and domain id', () => ({ name: ann.name, domain: { id: 'default' } })],
    ['name and domain name', () => ({ name: ann.name, domain: { name: 'Default' } })],
    ['name alone', () => ({ name: ann.name })],
    ['id', () => ({ id: ann.id })],
    ['id beside a domain', () => ({ id: ann.id, domain: { id: 'elsewhere' } })],
  ])('finds the user by %s', async (_how, user) => {
    expect((await withPassword({ ...user(), password: ann.password })).status).toBe(201);
  });

  it.each<[string, unknown]>([
    ['project name and domain id', projectScope('admin')],
    ['project name and domain name', { project: { name: 'admin', domain: { name: 'Default' } } }],
    ['project name alone', { project: { name: 'admin' } }],
  ])('finds the project by %s', async (_how, scope) => {
    const reply = await withPassword({ name: 'admin', password: ADMIN_PASSWORD }, scope);
    expect(reply.body.token.project.name).toBe('admin');
    expect(namesOf(reply.body.token.roles)).toEqual(['admin', 'manager', 'member', 'reader']);
  });

  it.each<[string, unknown]>([
    ['unscoped as text', 'unscoped'],
    ['unscoped as an object', { unscoped: {} }],
    ['no scope and no default project', undefined],
  ])('holds neither roles nor catalog: %s', async (_how, scope) => {
    const { token } = (await asAnn(scope)).body;
    expect(Object.keys(token).toSorted()).toEqual([
      'audit_ids',
      'expires_at',
      'issued_at',
      'methods',
      'user',
    ]);
  });

  it('is for the default project when no scope is asked for', async () => {
    const user = await identity.createUser({ default_project_id: ann.projectId });
    const before = await withPassword(user);
    expect(before.body.token).not.toHaveProperty('project');
    await identity.grant(`projects/${ann.projectId}`, user.id, 'reader');
    const after = await withPassword(user);
    expect(after.body.token.project.id).toBe(ann.projectId);
    expect((await withPassword(user, 'unscoped')).body.token).not.toHaveProperty('project');
  });

  it('is for a domain, without the services that need a project', async () => {
    await identity.grant('domains/default', ann.id, 'reader');
    const { token } = (await asAnn({ domain: { name: 'Default' } })).body;
    expect(token.domain).toEqual({ id: 'default', name: 'Default' });
    expect(token).not.toHaveProperty('project');
    expect(token).not.toHaveProperty('is_domain');
    const catalog = token.catalog as { type: string }[];
    expect(catalog.map(({ type }) => type)).toEqual(['identity', 'image']);
  });

  it('is for the system', async () => {
    const user = await identity.createUser();
    await identity.grant('system', user.id, 'reader');
    const { token } = (await withPassword(user, { system: { all: true } })).body;
    expect(token.system).toEqual({ all: true });
    expect(token).not.toHaveProperty('project');
  });

  it('leaves the catalog out when asked to', async () => {
    const auth = {
      identity: {
        methods: ['password'],
        password: { user: { id: ann.id, password: ann.password } },
      },
      scope: { project: { id: ann.projectId } },
    };
    const reply = await identity.app.request('POST', `${TOKENS}?nocatalog`, { body: { auth } });
    expect(reply.status).toBe(201);
    expect(reply.body.token).not.toHaveProperty('catalog');
  });

  it('links the catalog to the address that the client used', async () => {
    const auth = {
      identity: {
        methods: ['password'],
        password: { user: { id: ann.id, password: ann.password } },
      },
      scope: { project: { id: ann.projectId } },
    };
    const headers = { host: 'cloud.example:8080' };
    const reply = await identity.app.request('POST', TOKENS, { body: { auth }, headers });
    const catalog = reply.body.token.catalog as { endpoints: { url: string }[] }[];
    const urls = catalog.flatMap(({ endpoints }) => endpoints.map(({ url }) => url));
    expect([...new Set(urls)]).toEqual([
      'http://cloud.example:8080/identity/v3',
      'http://cloud.example:8080/image',
      `http://cloud.example:8080/compute/v2.1/${ann.projectId}`,
    ]);
  });

  it('by token keeps the end of the first one, and names it', async () => {
    const first = await asAnn();
    const second = await withToken(tokenOf(first), { project: { id: ann.projectId } });
    const third = await withToken(tokenOf(second), { project: { id: ann.projectId } });
    for (const { body } of [second, third]) {
      expect(body.token.expires_at).toBe(first.body.token.expires_at);
      expect(body.token.methods).toEqual(['password', 'token']);
    }
    const [secondId, parentId] = second.body.token.audit_ids;
    expect(parentId).toBe(first.body.token.audit_ids[0]);
    expect(third.body.token.audit_ids[1]).toBe(secondId);
  });

  it('takes several methods when all hold for one user', async () => {
    const password = { user: { id: ann.id, password: ann.password } };
    const methods = ['password', 'token'];
    const reply = await authenticate(identity.app, {
      identity: { methods, password, token: { id: ann.token } },
    });
    expect(reply.status).toBe(201);
    expect(reply.body.token.methods).toEqual(['password', 'token']);
  });
});

describe('400', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{"auth":', 'application/json'],
    ['JSON that is called something else', '{"auth":{}}', 'text/plain'],
    ['an empty body', '', 'application/json'],
    ['a form', 'auth=1', 'application/x-www-form-urlencoded'],
    ['no auth', '{}', 'application/json'],
    ['no identity', '{"auth":{}}', 'application/json'],
  ])('%s', async (_what, body, type) => {
    const reply = await identity.app.request('POST', TOKENS, {
      body,
      headers: { 'content-type': type },
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      error: { code: 400, title: 'Bad Request', message: expect.any(String) },
    });
  });

  it('a user without id and name', async () => {
    expect((await withPassword({ password: 'x' })).status).toBe(400);
  });

  it('a password of more than 4096 bytes', async () => {
    expect((await withPassword({ id: ann.id, password: 'x'.repeat(4097) })).status).toBe(400);
  });

  it('the same method twice', async () => {
    const password = { user: { id: ann.id, password: ann.password } };
    const methods = ['password', 'password'];
    expect((await authenticate(identity.app, { identity: { methods, password } })).status).toBe(
      400,
    );
  });
});

describe('401', () => {
  it('is one text with one challenge for every reason', async () => {
    const disabled = await identity.createUser({ enabled: false });
    const withoutPassword = await identity.createUser({ password: null });
    const replies = await Promise.all([
      withPassword({ id: ann.id, password: 'wrong' }),
      withPassword({ id: ann.id, password: '' }),
      withPassword({ name: 'nobody', password: 'x' }),
      withPassword({ id: 'nobody', password: 'x' }),
      withPassword({ ...ann, domain: { id: 'nowhere' }, id: undefined }),
      withPassword(disabled),
      withPassword({ id: withoutPassword.id, password: 'null' }),
      asAnn({ project: { id: 'nowhere' } }),
      asAnn(projectScope('nowhere')),
      asAnn(projectScope('admin')),
      asAnn({ domain: { id: 'nowhere' } }),
      asAnn({ system: { all: true } }),
      withToken('nonsense'),
      withToken(`${ann.token}x`),
    ]);
    const seen = replies.map(({ status, text, headers }) => ({
      status,
      text,
      challenge: headers['www-authenticate'],
    }));
    const origin = await identity.app.listen();
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(
      new Set([
        JSON.stringify({
          status: 401,
          text: '{"error":{"code":401,"title":"Unauthorized","message":"The request you have made requires authentication."}}',
          challenge: `Keystone uri="${origin}/identity/v3"`,
        }),
      ]),
    );
  });

  it('names the methods when one is not supported', async () => {
    const reply = await authenticate(identity.app, { identity: { methods: ['totp'], totp: {} } });
    expect(reply.status).toBe(401);
    expect(reply.body.error.identity).toEqual({
      methods: ['password', 'token', 'application_credential'],
    });
  });

  it('a password and a token of different users', async () => {
    const reply = await authenticate(identity.app, {
      identity: {
        methods: ['password', 'token'],
        password: { user: { id: ann.id, password: ann.password } },
        token: { id: identity.adminToken },
      },
    });
    expect(reply.status).toBe(401);
  });

  it('a disabled project, and a project of a disabled domain', async () => {
    const bob = await identity.member();
    const asBob = () => withPassword(bob, { project: { id: bob.projectId } });
    await change('projects', bob.projectId, { project: { enabled: false } });
    expect((await asBob()).status).toBe(401);
    await change('projects', bob.projectId, { project: { enabled: true } });
    expect((await asBob()).status).toBe(201);
  });
});

function change(collection: string, id: string, body: object): Promise<TestResponse> {
  return identity.app.request('PATCH', `/identity/v3/${collection}/${id}`, {
    token: identity.adminToken,
    body,
  });
}

describe('429', () => {
  it('comes after too many failures, with the time to wait, for that user at that address alone', async () => {
    const limited = await IdentityFixture.start({
      CATALOG_TRUSTED_PROXIES: '127.0.0.1',
      CATALOG_LOGIN_FAILURES_PER_USER: '3',
    });
    const attempt = (address: string, password: string) =>
      limited.app.request('POST', TOKENS, {
        headers: { 'x-forwarded-for': address },
        body: {
          auth: {
            identity: { methods: ['password'], password: { user: { name: 'admin', password } } },
          },
        },
      });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await attempt('203.0.113.7', 'wrong')).status);
    }
    expect(statuses).toEqual([401, 401, 401]);
    const refused = await attempt('203.0.113.7', ADMIN_PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body.error).toMatchObject({ code: 429, title: 'Too Many Requests' });
    expect((await attempt('203.0.113.8', ADMIN_PASSWORD)).status).toBe(201);
    await limited.app.close();
  });
});

describe('405', () => {
  it.each(['PUT', 'PATCH'] as const)('%s', async (method) => {
    const reply = await identity.app.request(method, TOKENS, { token: ann.token, body: {} });
    expect(reply.status).toBe(405);
    expect(reply.headers['allow']).toBe('DELETE, GET, HEAD, POST');
  });
});

describe('how long a refusal takes', () => {
  it('does not tell whether the user exists, is disabled or has a password', async () => {
    const disabled = await identity.createUser({ enabled: false });
    const withoutPassword = await identity.createUser({ password: null });
    const causes: Readonly<Record<string, object>> = {
      'wrong password': { id: ann.id, password: 'wrong' },
      'unknown user': { name: 'nobody at all', password: 'wrong' },
      'disabled user': disabled,
      'no password': { id: withoutPassword.id, password: 'wrong' },
    };
    const quickest = new Map<string, number>();
    for (let count = 0; count < 15; count += 1) {
      for (const [cause, user] of Object.entries(causes)) {
        const start = performance.now();
        await withPassword(user);
        const milliseconds = performance.now() - start;
        quickest.set(cause, Math.min(milliseconds, quickest.get(cause) ?? milliseconds));
      }
    }
    // The quickest of each, taken in turns: what else the machine does adds time and takes none away.
    const times = [...quickest.values()];
    // Without a hash to compute an answer takes a hundredth of the time.
    expect(Math.max(...times) / Math.min(...times)).toBeLessThan(4);
  });

  it('logs in by name as documented', async () => {
    expect((await logIn(identity.app, ann)).status).toBe(201);
  });
});
