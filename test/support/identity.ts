import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp, type TestResponse } from './app.js';

export const ADMIN_PASSWORD = 'correct horse battery staple';

/** What a test logs in with; names are of the default domain. */
export interface Login {
  readonly name: string;
  readonly password: string;
  /** `null`: no scope in the request. */
  readonly scope?: object | string | null;
}

export interface TestUser {
  readonly id: string;
  readonly name: string;
  readonly password: string;
}

/** An application with the user `admin`, and the means to make further users through its own API. */
export class IdentityFixture {
  private constructor(
    readonly app: TestApp,
    /** Of the user `admin` on the project `admin`. */
    readonly adminToken: string,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<IdentityFixture> {
    const app = await startTestApp({ CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD, ...environment });
    const scope = projectScope('admin');
    const reply = await logIn(app, { name: 'admin', password: ADMIN_PASSWORD, scope });
    return new IdentityFixture(app, tokenOf(reply));
  }

  async createProject(name = unique('project')): Promise<{ id: string; name: string }> {
    const body = { project: { name, domain_id: 'default' } };
    return (await this.create('projects', body)).project;
  }

  async createUser(properties: object = {}): Promise<TestUser> {
    const user = { name: unique('user'), password: unique('password'), ...properties };
    const created = await this.create('users', { user: { domain_id: 'default', ...user } });
    return { id: created.user.id, name: user.name, password: user.password };
  }

  /** A user with one role on a project of its own, and a token for it. */
  async member(role = 'member'): Promise<TestUser & { projectId: string; token: string }> {
    const [user, project] = await Promise.all([this.createUser(), this.createProject()]);
    await this.grant(`projects/${project.id}`, user.id, role);
    const reply = await logIn(this.app, { ...user, scope: { project: { id: project.id } } });
    return { ...user, projectId: project.id, token: tokenOf(reply) };
  }

  /** @param target such as `projects/{id}`, `domains/{id}` or `system` */
  async grant(target: string, userId: string, role: string): Promise<void> {
    await this.changeGrant('PUT', target, userId, role);
  }

  async revoke(target: string, userId: string, role: string): Promise<void> {
    await this.changeGrant('DELETE', target, userId, role);
  }

  async roleId(name: string): Promise<string> {
    const token = this.adminToken;
    const reply = await this.app.request('GET', `/identity/v3/roles?name=${name}`, { token });
    return reply.body.roles[0].id;
  }

  private async changeGrant(
    method: 'PUT' | 'DELETE',
    target: string,
    userId: string,
    role: string,
  ): Promise<void> {
    const url = `/identity/v3/${target}/users/${userId}/roles/${await this.roleId(role)}`;
    expectStatus(await this.app.request(method, url, { token: this.adminToken }), 204);
  }

  private async create(collection: string, body: object): Promise<TestResponse['body']> {
    const token = this.adminToken;
    const reply = await this.app.request('POST', `/identity/v3/${collection}`, { token, body });
    expectStatus(reply, 201);
    return reply.body;
  }
}

export function logIn(
  app: TestApp,
  { name, password, scope = null }: Login,
): Promise<TestResponse> {
  const user = { name, domain: { id: 'default' }, password };
  const identity = { methods: ['password'], password: { user } };
  return authenticate(app, { identity, ...(scope !== null && { scope }) });
}

export function authenticate(app: TestApp, auth: object): Promise<TestResponse> {
  return app.request('POST', '/identity/v3/auth/tokens', { body: { auth } });
}

export const projectScope = (name: string): object => ({
  project: { name, domain: { id: 'default' } },
});

/** The token of a reply that must hold one. */
export function tokenOf(reply: TestResponse): string {
  expectStatus(reply, 201);
  return String(reply.headers['x-subject-token']);
}

export const namesOf = (things: readonly { name: string }[]): string[] =>
  things.map(({ name }) => name);

export const idsOf = (things: readonly { id: string }[]): string[] => things.map(({ id }) => id);

export const unique = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;

function expectStatus(reply: TestResponse, status: number): void {
  if (reply.status !== status)
    throw new Error(`${reply.status} instead of ${status}: ${reply.text}`);
}
