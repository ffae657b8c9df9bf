import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, idsOf, namesOf } from '../../support/identity.js';

const V2 = '/identity/v2.0';
const KEY = 'RAX-KSKEY:apiKeyCredentials';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const authenticate = (auth: object) =>
  identity.app.request('POST', `${V2}/tokens`, { body: { auth } });
const withPassword = (user: Member, others: object = {}) =>
  authenticate({
    passwordCredentials: { username: user.name, password: user.password },
    ...others,
  });
const get = (path: string, token = ann.token) =>
  identity.app.request('GET', `${V2}${path}`, { token });
const freshToken = async (): Promise<string> =>
  (await withPassword(ann)).body.access.token.id as string;
const apiKeyOf = async (user: Member): Promise<string> => {
  const url = `/catalog/v1/users/${user.id}/api-key`;
  return (await identity.app.request('POST', url, { token: user.token })).body.api_key as string;
};

interface Service {
  readonly name: string;
  readonly endpoints: { readonly publicURL: string }[];
}

function serviceNamed(name: string, services: Service[]): Service {
  const service = services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`No ${name} in the catalog.`);
  return service;
}

describe('GET /v2.0', () => {
  it.each(['', '/'])('200 at %p without a token', async (end) => {
    const reply = await identity.app.request('GET', `${V2}${end}`);
    expect(reply.status).toBe(200);
    expect(reply.body.version).toMatchObject({ id: 'v2.0', status: 'DEPRECATED' });
  });
});

describe('POST /v2.0/tokens', () => {
  it('200 chooses the only tenant of the user', async () => {
    const reply = await withPassword(ann);
    expect(reply.status).toBe(200);
    const { token, serviceCatalog, user } = reply.body.access;
    expect(token).toMatchObject({
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      tenant: { id: ann.projectId },
    });
    expect(user).toMatchObject({ id: ann.id, name: ann.name, username: ann.name });
    expect(namesOf(user.roles)).toEqual(['member', 'reader']);
    expect(serviceNamed('glance', serviceCatalog)).toMatchObject({
      type: 'image',
      endpoints: [
        {
          region: 'RegionOne',
          tenantId: ann.projectId,
          publicURL: `${await identity.app.listen()}/image`,
        },
      ],
    });
  });

  it('200 without a tenant when there are several and none is the default', async () => {
    const bob = await identity.member();
    const other = await identity.createProject();
    await identity.grant(`projects/${other.id}`, bob.id, 'reader');
    const { access } = (await withPassword(bob)).body;
    expect(access.token).not.toHaveProperty('tenant');
    expect(access.serviceCatalog).toEqual([]);
    const scoped = await withPassword(bob, { tenantName: other.name });
    expect(scoped.body.access.token.tenant).toEqual({ id: other.id, name: other.name });
  });

  it('200 rescopes a token', async () => {
    const reply = await authenticate({ token: { id: ann.token }, tenantId: ann.projectId });
    expect(reply.status).toBe(200);
    expect(reply.body.access.token.tenant.id).toBe(ann.projectId);
  });

  it('200 gives a token for version 3 and the images', async () => {
    const token = await freshToken();
    const headers = { 'x-subject-token': token };
    const v3 = await identity.app.request('GET', '/identity/v3/auth/tokens', { token, headers });
    expect(v3.status).toBe(200);
    expect((await identity.app.request('GET', '/v2/images', { token })).status).toBe(200);
  });

  it('200 answers an API key the way of Rackspace', async () => {
    const apiKey = await apiKeyOf(ann);
    const reply = await authenticate({ [KEY]: { username: ann.name, apiKey } });
    const { token, serviceCatalog, user } = reply.body.access;
    expect(token['RAX-AUTH:authenticatedBy']).toEqual(['APIKEY']);
    expect(user['RAX-AUTH:defaultRegion']).toBe('RegionOne');
    const { publicURL } = serviceNamed('cloudImages', serviceCatalog).endpoints[0]!;
    expect(publicURL).toMatch(/\/image\/v2$/);
    const url = `${new URL(publicURL).pathname}/v2/images`;
    expect((await identity.app.request('GET', url, { token: token.id })).status).toBe(200);
  });

  it('400 in the form of each flavour', async () => {
    const openstack = await authenticate({ passwordCredentials: {} });
    expect(openstack.status).toBe(400);
    expect(openstack.body).toHaveProperty('error.code', 400);
    const rackspace = await authenticate({ [KEY]: {} });
    expect(rackspace.status).toBe(400);
    expect(rackspace.body).toEqual({ badRequest: { code: 400, message: expect.any(String) } });
  });

  it('401 in the form of each flavour', async () => {
    const openstack = await withPassword({ ...ann, password: 'wrong' });
    expect(openstack.status).toBe(401);
    expect(openstack.body).toHaveProperty('error.title', 'Unauthorized');
    for (const username of [ann.name, 'nobody', 'admin']) {
      const reply = await authenticate({ [KEY]: { username, apiKey: 'wrong' } });
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ unauthorized: { code: 401, message: expect.any(String) } });
      expect(reply.headers['www-authenticate']).toMatch(/^Keystone uri=/);
    }
  });

  it('401 for the tenant of somebody else', async () => {
    expect((await withPassword(ann, { tenantName: 'admin' })).status).toBe(401);
  });
});

describe('tokens in the path', () => {
  it('200 shows one, 404 when it is for another tenant', async () => {
    const reply = await get(`/tokens/${ann.token}?belongsTo=${ann.projectId}`);
    expect(reply.status).toBe(200);
    expect(reply.body.access.token).toMatchObject({ id: ann.token, tenant: { id: ann.projectId } });
    expect((await get(`/tokens/${ann.token}?belongsTo=another`)).status).toBe(404);
  });

  it('200 lists its endpoints', async () => {
    const { endpoints } = (await get(`/tokens/${ann.token}/endpoints`)).body;
    expect(namesOf(endpoints)).toEqual(['keystone', 'glance', 'nova']);
  });

  it('204 ends one, or the one of the request', async () => {
    const [one, other] = [await freshToken(), await freshToken()];
    const remove = (path: string, token: string) =>
      identity.app.request('DELETE', `${V2}/tokens${path}`, { token });
    expect((await remove(`/${one}`, identity.adminToken)).status).toBe(204);
    expect((await remove('', other)).status).toBe(204);
    for (const token of [one, other]) expect((await get('/tenants', token)).status).toBe(401);
  });

  it('403 for somebody else’s, 404 for an unknown one', async () => {
    expect((await get(`/tokens/${identity.adminToken}`)).status).toBe(403);
    expect((await get('/tokens/unknown')).status).toBe(404);
    expect((await get('/tokens/unknown/endpoints')).status).toBe(404);
  });
});

describe('GET /v2.0/tenants', () => {
  it('200 lists the tenants of the user', async () => {
    expect(idsOf((await get('/tenants')).body.tenants)).toEqual([ann.projectId]);
  });
});

describe('API keys', () => {
  it('403 for others; administrators may remove them: 204', async () => {
    const bob = await identity.member();
    const apiKey = await apiKeyOf(bob);
    const url = `/catalog/v1/users/${bob.id}/api-key`;
    expect((await identity.app.request('POST', url, { token: ann.token })).status).toBe(403);
    expect((await identity.app.request('DELETE', url, { token: ann.token })).status).toBe(403);
    const { adminToken: token } = identity;
    expect((await identity.app.request('POST', url, { token })).status).toBe(403);
    expect((await identity.app.request('DELETE', url, { token })).status).toBe(204);
    expect((await authenticate({ [KEY]: { username: bob.name, apiKey } })).status).toBe(401);
  });

  it('replace one another', async () => {
    const [first, second] = [await apiKeyOf(ann), await apiKeyOf(ann)];
    const statusOf = async (apiKey: string) =>
      (await authenticate({ [KEY]: { username: ann.name, apiKey } })).status;
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  });
});
