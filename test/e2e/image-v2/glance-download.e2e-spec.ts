import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startTestApp, type TestApp, type TestResponse } from '../../support/app.js';
import { HttpRelay, type Fault } from '../../support/http-relay.js';
import { ADMIN_PASSWORD } from '../../support/identity.js';
import { eventually, ImageDataFixture, md5, unknownId } from '../../support/image-data.js';

const CAP = 1_000_000;
const PATIENCE_MS = 60_000;
const BYTES = randomBytes(200_000);
const COPIED = { hw_disk_bus: 'scsi', 'trait:CUSTOM_X': 'required', os_distro: 'debian' };
const NOT_FETCHED = /could not be fetched/;

/** Another region: a second service, which is also the Keystone of both. */
let remote: ImageDataFixture;
let relay: HttpRelay;
let app: TestApp;
/** A member of one project in both regions. */
let token: string;

beforeAll(async () => {
  remote = await ImageDataFixture.start();
  const origin = await remote.app.listen();
  relay = await HttpRelay.before(origin);
  const login = {
    authUrl: `${origin}/identity/v3`,
    username: 'admin',
    password: { env: 'TEST_REMOTE_PASSWORD' },
    projectName: 'admin',
  };
  app = await startTestApp({
    CATALOG_AUTH_MODES: 'keystone',
    CATALOG_KEYSTONE: JSON.stringify(login),
    CATALOG_REMOTES: JSON.stringify([
      { region: 'two', endpoints: { public: `${relay.origin}/image` }, login },
      { region: 'gone', endpoints: { public: 'http://127.0.0.1:9/image' }, login },
    ]),
    CATALOG_IMPORT_METHODS: 'glance-download',
    CATALOG_IMAGE_SIZE_CAP: String(CAP),
    CATALOG_IMAGE_PROPERTY_QUOTA: '6',
    CATALOG_STORES: JSON.stringify([{ id: 'local', driver: 'memory' }]),
    CATALOG_DATA_DIR: remote.directory,
    TEST_REMOTE_PASSWORD: ADMIN_PASSWORD,
  });
  token = (await remote.identity.member()).token;
});

afterAll(async () => {
  await app.close();
  await relay.close();
  await remote.close();
});

beforeEach(() => {
  relay.fault = () => null;
});

/** An active image of the caller's in the other region. */
async function remoteImage(attributes: object = {}, bytes = BYTES): Promise<string> {
  const id = await remote.createImage(attributes, token);
  expect((await remote.upload(id, bytes, {}, token)).status).toBe(204);
  return id;
}

const call = (method: 'GET' | 'POST', path: string, body?: object) =>
  app.request(method, `/image/v2/images${path}`, { token, body, headers: {} });

async function newImage(attributes: object = {}): Promise<string> {
  const body = { disk_format: 'iso', container_format: 'bare', note: 'own', ...attributes };
  return (await call('POST', '', body)).body.id;
}

const download = (id: string, glance_image_id: string, more: object = {}) =>
  call('POST', `/${id}/import`, {
    method: { name: 'glance-download', glance_region: 'two', glance_image_id, ...more },
  });

async function ended(id: string): Promise<{ image: TestResponse['body']; message: string }> {
  let task: TestResponse['body'];
  await eventually(async () => {
    [task] = (await call('GET', `/${id}/tasks`)).body.tasks;
    if (!/success|failure/.test(task?.status)) throw new Error('The import has not ended.');
  }, PATIENCE_MS);
  return { image: (await call('GET', `/${id}`)).body, message: task.message };
}

/** @returns the reason, when the image is as it was before */
async function failure(imageId: string, more: object = {}): Promise<string> {
  const id = await newImage({ hw_disk_bus: 'ide' });
  expect((await download(id, imageId, more)).status).toBe(202);
  const { image, message } = await ended(id);
  expect(image).toMatchObject({
    status: 'queued',
    size: null,
    checksum: null,
    disk_format: 'iso',
    note: 'own',
    hw_disk_bus: 'ide',
  });
  expect(image).not.toHaveProperty('os_distro');
  return message;
}

/** What happens to the nth request for a path that ends so, from now on. */
function breakAt(ending: string, nth: number, fault: Fault): void {
  let seen = 0;
  relay.fault = (_method, url) => (url.endsWith(ending) && (seen += 1) >= nth ? fault : null);
}

describe('202', () => {
  it('brings the data, the formats and the properties that the operator lets pass', async () => {
    const source = await remoteImage({ ...COPIED, secret: 'stays', os_hidden: true });
    const id = await newImage({ hw_disk_bus: 'ide' });
    const reply = await download(id, source.toUpperCase(), { glance_service_interface: 'public' });
    expect([reply.status, reply.text]).toEqual([202, '']);
    const { image, message } = await ended(id);
    expect(image).toMatchObject({
      status: 'active',
      disk_format: 'raw',
      container_format: 'bare',
      checksum: md5(BYTES),
      size: BYTES.length,
      os_hidden: false,
      note: 'own',
      ...COPIED,
    });
    expect([message, 'secret' in image]).toEqual(['', false]);
    const [task] = (await call('GET', `/${id}/tasks`)).body.tasks;
    expect(task.input.import_req.method).toMatchObject({ glance_region: 'two' });
    const { rows } = await app.database.pool.query('SELECT * FROM image_tasks');
    expect(JSON.stringify(rows).includes(token)).toBe(false);
  });

  it('fails later for what the caller may not have there, whatever the operator may', async () => {
    const stranger = await remote.identity.member();
    const hidden = await remote.createImage({}, stranger.token);
    await remote.upload(hidden, BYTES, {}, stranger.token);
    expect(await failure(hidden)).toMatch(/cannot be read in the other region/);
    expect(await failure(unknownId())).toMatch(/cannot be read in the other region/);
    const empty = await remote.createImage({}, token);
    expect(await failure(empty)).toMatch(/not active/);
  });

  it('fails later for a region or an endpoint that there is not, or that nobody answers at', async () => {
    const source = await remoteImage();
    expect(await failure(source, { glance_region: 'three' })).toMatch(/no such region/);
    const internal = { glance_service_interface: 'internal' };
    expect(await failure(source, internal)).toMatch(/no such interface/);
    expect(await failure(source, { glance_region: 'gone' })).toMatch(NOT_FETCHED);
  });
});

describe('the other region', () => {
  it('that goes away before or while the data comes makes the import fail', async () => {
    const source = await remoteImage(COPIED);
    breakAt('/file', 2, 'reset');
    expect(await failure(source)).toMatch(NOT_FETCHED);
    breakAt('/file', 2, { cutAfter: 1000 });
    expect(await failure(source)).toMatch(NOT_FETCHED);
  });

  it('that sends other bytes than it says makes the import fail', async () => {
    const source = await remoteImage(COPIED);
    breakAt('/file', 2, { status: 200, body: 'x'.repeat(BYTES.length) });
    expect(await failure(source)).toMatch(/other hashes/);
    breakAt('/file', 2, { status: 200, body: 'short' });
    expect(await failure(source)).toMatch(/bytes/);
  });

  it('where the image vanishes or is deactivated meanwhile makes the import fail', async () => {
    const source = await remoteImage(COPIED);
    breakAt(source, 2, { status: 404 });
    expect(await failure(source)).toMatch(/cannot be read in the other region/);
    const { body } = await remote.app.request('GET', `/image/v2/images/${source}`, { token });
    const deactivated = JSON.stringify({ ...body, status: 'deactivated' });
    breakAt(source, 2, { status: 200, body: deactivated });
    expect(await failure(source)).toMatch(/not active/);
    const other = JSON.stringify({ ...body, checksum: md5(Buffer.from('other')) });
    breakAt(source, 2, { status: 200, body: other });
    expect(await failure(source)).toMatch(/changed meanwhile/);
  });

  it('that redirects leads nowhere that the rules for imports forbid, and without the token', async () => {
    const source = await remoteImage(COPIED);
    const before = relay.calls.length;
    for (const location of ['http://127.0.0.1:9/x', `${relay.origin}/image/v2/images/x/file`]) {
      breakAt(`${source}/file`, 2, { status: 307, headers: { location } });
      expect(await failure(source)).toMatch(NOT_FETCHED);
    }
    const followed = relay.calls.slice(before).filter(({ url }) => url.endsWith('/x/file'));
    expect(followed.map(({ status }) => status)).toEqual([401]);
  });

  it('that has more bytes than an image may have makes the import fail', async () => {
    const large = await remoteImage(COPIED, randomBytes(CAP + 1));
    expect(await failure(large)).toMatch(/more than|exceeds|largest/i);
  });
});

describe('refused at once', () => {
  it('400 without a region or an id, or for an id that is none, in the words that clients look for', async () => {
    const id = await newImage();
    expect((await download(id, unknownId(), { glance_region: undefined })).status).toBe(400);
    expect((await download(id, '')).status).toBe(400);
    const reply = await download(id, 'nonsense');
    expect([reply.status, reply.text]).toEqual([
      400,
      expect.stringContaining('image id does not look like a UUID'),
    ]);
    expect((await call('GET', `/${id}/tasks`)).body.tasks).toEqual([]);
  });

  it('409 for an image that is not queued, before the names are looked at', async () => {
    const id = await newImage();
    expect((await download(id, await remoteImage())).status).toBe(202);
    expect((await ended(id)).image.status).toBe('active');
    expect((await download(id, 'nonsense')).status).toBe(409);
  });

  it('413 for more properties than the image may have', async () => {
    const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((n) => [`hw_${n}`, n]));
    const id = await newImage();
    expect((await download(id, await remoteImage(many))).status).toBe(413);
    expect((await call('GET', `/${id}`)).body.status).toBe('queued');
  });

  it('is announced where it is configured', async () => {
    const { body } = await app.request('GET', '/image/v2/info/import', { token });
    expect(body['import-methods'].value).toEqual(['glance-download']);
  });
});
