import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../support/app.js';
import { hasKeystone, KEYSTONE_PACKAGES, RealKeystone } from '../../../support/real-keystone.js';

// Keystone itself takes half a minute to set up on a busy machine.
jest.setTimeout(300_000);

const PASSWORD = 'correct horse battery staple';
const isInstalled = await hasKeystone();

(isInstalled ? describe : describe.skip)(`behind Debian’s Keystone (${KEYSTONE_PACKAGES})`, () => {
  let keystone: RealKeystone;
  let app: TestApp;
  let projectId: string;
  let userId: string;

  beforeAll(async () => {
    keystone = await RealKeystone.start();
    projectId = await keystone.createProject('ann-project');
    userId = await keystone.createUser('ann', PASSWORD);
    await keystone.grant(`projects/${projectId}`, userId, 'member');
    const services = await keystone.createProject('service');
    const service = await keystone.createUser('image', PASSWORD);
    await keystone.grant(`projects/${services}`, service, 'service');
    app = await startTestApp(settings());
  });

  afterAll(async () => {
    await app.close();
    await keystone.close();
  });

  const settings = (members: object = {}) => ({
    CATALOG_AUTH_MODES: 'keystone,embedded',
    CATALOG_KEYSTONE: JSON.stringify({
      authUrl: keystone.authUrl,
      username: 'image',
      password: { env: 'KEYSTONE_SERVICE_PASSWORD' },
      projectName: 'service',
      // One process of Keystone on a busy machine takes its time.
      timeoutSeconds: 100,
      ...members,
    }),
    KEYSTONE_SERVICE_PASSWORD: PASSWORD,
  });
  const onProject = () => ({ project: { id: projectId } });
  const tokenOfAnn = async (): Promise<string> =>
    (await keystone.logIn('ann', PASSWORD, onProject())).token;
  const get = (path: string, token: string, headers: Record<string, string> = {}) =>
    app.request('GET', path, { token, headers });

  it('serves a member in both dialects, in the project of the token', async () => {
    const token = await tokenOfAnn();
    const body = { name: 'from-ann' };

    const created = await app.request('POST', '/image/v2/images', { token, body });
    expect([created.status, created.body.owner]).toEqual([201, projectId]);
    const listed = await get(`/compute/v2.1/${projectId}/images`, token);
    expect(listed.body.images).toEqual([expect.objectContaining({ name: 'from-ann' })]);
    const { prisma } = app.database;
    expect(await prisma.tenant.findUnique({ where: { id: projectId } })).not.toBeNull();
  });

  it('knows implied roles, and those alone', async () => {
    const reader = await keystone.createUser('reader', PASSWORD);
    await keystone.grant(`projects/${projectId}`, reader, 'reader');
    const { token } = await keystone.logIn('reader', PASSWORD, onProject());

    expect((await get('/v2/images', token)).status).toBe(200);
    expect((await app.request('POST', '/v2/images', { token, body: {} })).status).toBe(403);
  });

  it('refuses a token without a project with 403', async () => {
    const { token } = await keystone.logIn('ann', PASSWORD, 'unscoped');
    expect((await get('/v2/images', token)).status).toBe(403);
  });

  it('takes tokens for the system for what belongs to no project', async () => {
    await keystone.grant('system', userId, 'reader');
    const { token } = await keystone.logIn('ann', PASSWORD, { system: { all: true } });

    expect((await get('/v2/schemas/image', token)).status).toBe(200);
    expect((await get('/v2/images', token)).status).toBe(403);
  });

  it('refuses a revoked token, and points to Keystone', async () => {
    const token = await tokenOfAnn();
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    await keystone.call('DELETE', '/auth/tokens', undefined, headers);

    const reply = await get('/v2/images', token);
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe(`Keystone uri="${keystone.authUrl}"`);
  });

  it('obeys the access rules of application credentials', async () => {
    // A rule counts only when its service is in the catalog of the token.
    const service = { type: 'image', name: 'catalog' };
    const { body } = await keystone.call('POST', '/services', { service });
    const endpoint = {
      service_id: body.service.id,
      interface: 'public',
      region_id: 'RegionOne',
      url: `${await app.listen()}/image`,
    };
    await keystone.call('POST', '/endpoints', { endpoint });
    const rules = [{ service: 'image', method: 'GET', path: '/v2/images' }];
    const make = { name: 'lists', access_rules: rules };
    const headers = { 'x-auth-token': await tokenOfAnn() };
    const path = `/users/${userId}/application_credentials`;
    const created = await keystone.call('POST', path, { application_credential: make }, headers);
    const { id, secret } = created.body.application_credential;
    const { token } = await keystone.authenticate({
      methods: ['application_credential'],
      application_credential: { id, secret },
    });

    expect((await get('/image/v2/images', token)).status).toBe(200);
    expect((await get('/v2/schemas/image', token)).status).toBe(401);
    const create = await app.request('POST', '/v2/images', { token, body: {} });
    expect(create.status).toBe(401);
    const { token: serviceToken } = await keystone.logIn('image', PASSWORD, {
      project: { name: 'service', domain: { id: 'default' } },
    });
    const vouched = { 'x-service-token': serviceToken };
    expect((await get('/v2/schemas/image', token, vouched)).status).toBe(200);
    const annsOwn = await tokenOfAnn();
    expect((await get('/v2/images', annsOwn, { 'x-service-token': annsOwn })).status).toBe(401);
  });

  it('keeps the embedded identity working beside it', async () => {
    expect((await get('/v2/images', await app.adminToken())).status).toBe(200);
    expect((await get('/v2/images', 'gAAAAABunknown')).status).toBe(401);
  });

  it('answers 503 when the service account may not validate tokens of others', async () => {
    const members = { username: 'ann', projectName: 'ann-project' };
    const catalog = await startTestApp(settings(members));
    const { token } = await keystone.logIn('reader', PASSWORD, onProject());
    expect((await catalog.request('GET', '/v2/images', { token })).status).toBe(503);
    await catalog.close();
  });
});
