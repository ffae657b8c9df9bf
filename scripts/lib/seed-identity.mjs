/** What a development cloud has (identity B7): project by project, who is what in it. */
export const SEEDS = [
  { project: 'demo', users: { demo: 'member', demo_reader: 'reader' } },
  { project: 'alt_demo', users: { alt_demo: 'member' } },
  { project: 'service', users: { image: 'service' } },
];

/**
 * Makes the projects and users of {@link SEEDS} that are missing, through the Identity API. What is there stays as it is,
 * passwords too.
 * @param admin where and as whom to log in
 * @param password for new users, by name
 * @returns the names of the users that are new
 */
export async function seedIdentity(admin, password) {
  const identity = new Identity(admin.authUrl);
  await identity.logIn(admin);
  const roles = await identity.list('roles');
  const roleIds = new Map(roles.map(({ name, id }) => [name, id]));
  const made = [];
  for (const { project: projectName, users } of SEEDS) {
    const project = await identity.ensure('project', { name: projectName });
    for (const [name, role] of Object.entries(users)) {
      const user = await identity.ensure('user', {
        name,
        default_project_id: project.id,
        password: password(name),
      });
      if (user.isNew) made.push(name);
      await identity.send(
        'PUT',
        `/projects/${project.id}/users/${user.id}/roles/${roleIds.get(role)}`,
      );
    }
  }
  return made;
}

class Identity {
  credentials = {};

  constructor(authUrl) {
    this.url = authUrl.replace(/\/$/, '');
  }

  async logIn({ username, password }) {
    const domain = { id: 'default' };
    const user = { name: username, password, domain };
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: 'admin', domain } },
    };
    const reply = await this.send('POST', '/auth/tokens', { auth });
    this.credentials = { 'X-Auth-Token': reply.headers.get('x-subject-token') };
  }

  /** Makes one, unless there is one of that name. */
  async ensure(kind, members) {
    const [known] = await this.list(`${kind}s`, members.name);
    if (known !== undefined) return { ...known, isNew: false };
    const body = { [kind]: { ...members, domain_id: 'default' } };
    const document = await (await this.send('POST', `/${kind}s`, body)).json();
    return { ...document[kind], isNew: true };
  }

  async list(collection, name) {
    const query = name === undefined ? '' : `?domain_id=default&name=${encodeURIComponent(name)}`;
    const document = await (await this.send('GET', `/${collection}${query}`)).json();
    return document[collection];
  }

  async send(method, path, body) {
    const reply = await fetch(this.url + path, {
      method,
      headers: {
        ...this.credentials,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }
}
