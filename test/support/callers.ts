import type { Method, TestApp, TestResponse } from './app.js';

/** A tenant and a token of it for each kind of role. Roles imply the lesser ones, as in the service. */
export interface TenantCallers {
  readonly tenantId: string;
  readonly reader: string;
  readonly member: string;
  readonly manager: string;
  readonly admin: string;
  /** Scoped to the tenant, with a role that no rule mentions. */
  readonly noRole: string;
}

const USERS = ['reader', 'member', 'manager', 'admin', 'observer'] as const;
type UserName = (typeof USERS)[number];

const PASSWORD = 'correct horse battery staple';

/**
 * Makes tenants, and tokens to call the service with, through the service's own Identity API. There is one user
 * for each role, with grants on every tenant: passwords are slow, and tokens are rescoped without them.
 */
export class Callers {
  private readonly tenants = new Map<string, Promise<TenantCallers>>();

  private constructor(
    private readonly app: TestApp,
    private readonly identity: IdentityIds,
    /** Role `service` on a tenant of its own. */
    readonly service: string,
    /** A valid token without any scope. */
    readonly unscoped: string,
    /** Role `admin` on the system instead of a tenant. */
    readonly system: string,
  ) {}

  static async create(app: TestApp): Promise<Callers> {
    const identity = await setUpIdentity(app);
    const { observer, admin } = identity.users;
    const tenantId = await createProject(app, identity, 'services');
    await grant(app, identity, `projects/${tenantId}/users/${observer.id}`, 'service');
    await grant(app, identity, `system/users/${admin.id}`, 'admin');
    const service = await rescope(app, observer.token, { project: { id: tenantId } });
    const system = await rescope(app, admin.token, { system: { all: true } });
    return new Callers(app, identity, service, observer.token, system);
  }

  /** The tenant of this name, made on first use. */
  tenant(name: string): Promise<TenantCallers> {
    const known = this.tenants.get(name) ?? this.createTenant(name);
    this.tenants.set(name, known);
    return known;
  }

  private async createTenant(name: string): Promise<TenantCallers> {
    const tenantId = await createProject(this.app, this.identity, name);
    const token = async (user: UserName): Promise<string> => {
      const { id, token } = this.identity.users[user];
      await grant(this.app, this.identity, `projects/${tenantId}/users/${id}`, user);
      return rescope(this.app, token, { project: { id: tenantId } });
    };
    const tokens = await Promise.all(USERS.map(token));
    const [reader, member, manager, admin, noRole] = tokens as [
      string,
      string,
      string,
      string,
      string,
    ];
    return { tenantId, reader, member, manager, admin, noRole };
  }
}

interface IdentityIds {
  /** Of the administrator, scoped to a project. */
  readonly adminToken: string;
  /** By user: its id and an unscoped token. */
  readonly users: Readonly<Record<UserName, { readonly id: string; readonly token: string }>>;
  readonly rolesByName: ReadonlyMap<string, string>;
}

async function setUpIdentity(app: TestApp): Promise<IdentityIds> {
  const { adminPassword } = app.config.identity;
  const scope = { project: { name: 'admin', domain: { id: 'default' } } };
  const login = await logIn(app, 'admin', String(adminPassword), scope);
  const adminToken = tokenOf(login);
  const admin = { id: login.body.token.user.id as string, token: adminToken };
  const observer = { role: { name: 'observer' } };
  await call(app, 'POST', '/roles', { token: adminToken, body: observer });
  const { body } = await call(app, 'GET', '/roles', { token: adminToken });
  const roles = body.roles as { id: string; name: string }[];
  const others = USERS.filter((name) => name !== 'admin');
  const users = await Promise.all(others.map((name) => createUser(app, name, adminToken)));
  return {
    adminToken,
    users: { ...(Object.fromEntries(users) as Omit<IdentityIds['users'], 'admin'>), admin },
    rolesByName: new Map(roles.map(({ id, name }) => [name, id])),
  };
}

async function createUser(app: TestApp, name: string, token: string) {
  const user = { name, password: PASSWORD, domain_id: 'default' };
  const { body } = await call(app, 'POST', '/users', { token, body: { user } });
  return [name, { id: body.user.id, token: tokenOf(await logIn(app, name, PASSWORD)) }] as const;
}

async function createProject(
  app: TestApp,
  { adminToken: token }: IdentityIds,
  name: string,
): Promise<string> {
  const project = { name, domain_id: 'default' };
  return (await call(app, 'POST', '/projects', { token, body: { project } })).body.project.id;
}

async function grant(
  app: TestApp,
  { adminToken: token, rolesByName }: IdentityIds,
  target: string,
  role: string,
): Promise<void> {
  await call(app, 'PUT', `/${target}/roles/${rolesByName.get(role)}`, { token });
}

function logIn(
  app: TestApp,
  name: string,
  password: string,
  scope?: object,
): Promise<TestResponse> {
  const user = { name, domain: { id: 'default' }, password };
  return authenticate(app, { methods: ['password'], password: { user } }, scope);
}

async function rescope(app: TestApp, token: string, scope: object): Promise<string> {
  return tokenOf(await authenticate(app, { methods: ['token'], token: { id: token } }, scope));
}

function authenticate(app: TestApp, identity: object, scope?: object): Promise<TestResponse> {
  const auth = scope === undefined ? { identity } : { identity, scope };
  return call(app, 'POST', '/auth/tokens', { body: { auth } });
}

const tokenOf = ({ headers }: TestResponse): string => String(headers['x-subject-token']);

async function call(
  app: TestApp,
  method: Method,
  path: string,
  request: Parameters<TestApp['request']>[2],
): Promise<TestResponse> {
  const reply = await app.request(method, `/identity/v3${path}`, request);
  if (reply.status < 300) return reply;
  throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
}
