import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, unique } from '../../support/identity.js';

/** One request of a client: `T` sends the token that the trace has got so far. */
interface Step {
  readonly method: Method;
  readonly path: string;
  readonly status: number;
  readonly token?: 'T';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;
let image: { id: string; name: string };
let credential: { id: string; secret: string };

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
  const body = { name: unique('image') };
  image = (await identity.app.request('POST', '/image/v2/images', { token: ann.token, body })).body;
  const made = await identity.app.request(
    'POST',
    `/identity/v3/users/${ann.id}/application_credentials`,
    { token: ann.token, body: { application_credential: { name: unique('trace') } } },
  );
  credential = made.body.application_credential;
});

afterAll(() => identity.app.close());

const get = (path: string, status = 200): Step => ({ method: 'GET', path, status });
const getT = (path: string, status = 200): Step => ({ ...get(path, status), token: 'T' });
const passwordOf = ({ id, password }: Member) => ({
  methods: ['password'],
  password: { user: { id, password } },
});
const logIn = (identityBody: object = passwordOf(ann), scope?: object): Step => ({
  method: 'POST',
  path: '/identity/v3/auth/tokens',
  status: 201,
  body: { auth: { identity: identityBody, ...(scope && { scope }) } },
});
const onProject = () => logIn(passwordOf(ann), { project: { id: ann.projectId } });

/** Sends the steps in order and says what came back; a token that one of them yields is used by those that follow. */
async function replay(steps: readonly Step[]): Promise<string[]> {
  let token = '';
  const seen: string[] = [];
  for (const { method, path, body, headers, token: needsToken } of steps) {
    const reply = await identity.app.request(method, path, {
      ...(needsToken && { token }),
      ...(body && { body }),
      // What `T` stands for in other headers, too.
      ...(headers && { headers: withToken(headers, token) }),
    });
    seen.push(`${method} ${path} ${reply.status}`);
    token = String(reply.headers['x-subject-token'] ?? token);
  }
  return seen;
}

const withToken = (headers: Readonly<Record<string, string>>, token: string) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/^T$/, token)]),
  );

const expected = (steps: readonly Step[]): string[] =>
  steps.map(({ method, path, status }) => `${method} ${path} ${status}`);

describe('first contact (identity D1)', () => {
  it.each<[string, () => Step[]]>([
    ['openstack token issue, no version', () => [get('/identity', 300), logIn()]],
    ['openstack token issue, no version, slash', () => [get('/identity/', 300), logIn()]],
    ['openstack token issue, /v3', () => [get('/identity/v3'), logIn()]],
    [
      'openstack image list',
      () => [get('/identity/v3'), onProject(), get('/image', 300), getT('/image/v2/images')],
    ],
    [
      'openstack image list, catalog with /v2',
      () => [get('/identity/v3'), onProject(), getT('/image/v2/images')],
    ],
    [
      'openstack image show NAME',
      () => [
        get('/identity/v3'),
        onProject(),
        get('/image/', 300),
        getT(`/image/v2/images/${image.name}`, 404),
        getT(`/image/v2/images?name=${image.name}`),
        getT(`/image/v2/images?name=${image.name}&os_hidden=True`),
        getT(`/image/v2/images/${image.id}`),
      ],
    ],
    [
      'openstack --os-auth-type v3applicationcredential',
      () => [
        logIn({ methods: ['application_credential'], application_credential: credential }),
        get('/image/', 300),
        getT('/image/v2/images'),
      ],
    ],
    [
      'openstack --os-auth-type admin_token, which names no version',
      () => [getT('/image/images', 300)],
    ],
    [
      'openstack --os-auth-type v3token',
      () => [
        logIn({ methods: ['token'], token: { id: ann.token } }, { project: { id: ann.projectId } }),
        get('/image', 300),
        getT('/image/v2/images'),
      ],
    ],
    [
      'openstack project show',
      () => [
        get('/identity/v3'),
        onProject(),
        { ...getT('/identity/v3/auth/tokens'), headers: { 'x-subject-token': 'T' } },
        getT(`/identity/v3/projects/${ann.projectId}`),
      ],
    ],
    [
      'openstacksdk compute.images()',
      () => [
        get('/identity/v3'),
        onProject(),
        getT(`/compute/v2.1/${ann.projectId}/images/detail`),
        getT(`/compute/v2.1/${ann.projectId}/images/${image.id}`),
      ],
    ],
    ['openstack versions show', () => [get('/identity', 300), get('/image', 300), get('/compute')]],
    [
      'glance image-list without a version',
      () => [
        get('/identity/v3'),
        onProject(),
        getT('/image/versions'),
        getT('/image/v2/schemas/image'),
        getT('/image/v2/images?limit=200&sort_key=name&sort_dir=asc'),
      ],
    ],
    [
      'nova image list',
      () => [
        get('/identity/v3'),
        onProject(),
        getT(`/compute/v2.1/${ann.projectId}`, 404),
        getT('/compute/v2.1/'),
      ],
    ],
    ['gophercloud, no version', () => [get('/identity/', 300), onProject()]],
    [
      'gophercloud image client',
      () => [onProject(), getT('/image/', 300), getT('/image/v2/images')],
    ],
    [
      'terraform, image resources',
      () => [
        get('/identity/', 300),
        onProject(),
        { ...getT('/image/', 300), headers: { 'cache-control': 'no-cache' } },
        { ...getT('/image/v2/images'), headers: { 'cache-control': 'no-cache' } },
      ],
    ],
    [
      'a service that validates tokens, like this one',
      () => [
        get('/identity/v3'),
        onProject(),
        { ...getT('/identity/v3/auth/tokens?nocatalog'), headers: { 'x-subject-token': 'T' } },
      ],
    ],
    ['gophercloud, /v3', () => [onProject()]],
    [
      'gophercloud image client, catalog with /v2',
      () => [onProject(), getT('/image/v2/v2/images')],
    ],
  ])('%s', async (_client, steps) => {
    const trace = steps();
    expect(await replay(trace)).toEqual(expected(trace));
  });

  it('openstacksdk find_project(NAME)', async () => {
    const { adminToken: token } = identity;
    const byId = await identity.app.request('GET', '/identity/v3/projects/admin', { token });
    const byName = await identity.app.request('GET', '/identity/v3/projects?name=admin', { token });
    expect([byId.status, byName.status]).toEqual([404, 200]);
    expect(byName.body.projects).toHaveLength(1);
  });

  it('gophercloud with a ready token', async () => {
    const headers = { 'x-subject-token': ann.token };
    for (const [method, status] of [
      ['GET', 200],
      ['HEAD', 200],
    ] as const) {
      const request = { token: ann.token, headers };
      const reply = await identity.app.request(method, '/identity/v3/auth/tokens', request);
      expect(reply.status).toBe(status);
    }
  });

  it('tempest makes its credentials, uses them and cleans up', async () => {
    const { adminToken: token, app } = identity;
    const admin = (method: Method, path: string, body?: object) =>
      app.request(method, `/identity/v3/${path}`, { token, body });
    const domainId = (await admin('GET', 'domains?name=Default')).body.domains[0].id;
    const [name, password] = [unique('tempest'), unique('password')];
    const project = { name, description: `${name}-desc`, domain_id: domainId };
    const projectId = (await admin('POST', 'projects', { project })).body.project.id;
    const user = { name, password, domain_id: domainId, email: `${name}@example.com` };
    const userId = (await admin('POST', 'users', { user })).body.user.id;
    const roles = (await admin('GET', 'roles')).body.roles as { id: string; name: string }[];
    const roleId = roles.find((role) => role.name === 'member')?.id;
    const grant = `projects/${projectId}/users/${userId}/roles/${roleId}`;
    expect((await admin('PUT', grant)).status).toBe(204);
    const domain = { name: 'Default' };
    const trace = [
      logIn(
        { methods: ['password'], password: { user: { name, domain, password } } },
        { project: { name, domain } },
      ),
      getT('/image/v2/images'),
      getT(`/compute/v2.1/${projectId}/images`),
    ];
    expect(await replay(trace)).toEqual(expected(trace));
    expect((await admin('DELETE', `users/${userId}`)).status).toBe(204);
    expect((await admin('DELETE', `projects/${projectId}`)).status).toBe(204);
  });
});
