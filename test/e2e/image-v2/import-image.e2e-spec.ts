import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { eventually, ImageDataFixture, md5, sha512, unknownId } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';

const UPPER_BOUND = 4 * 1024 * 1024;
const DIRECT = { method: { name: 'glance-direct' } };

let fixture: ImageDataFixture;
let imports: Imports;
let source: SourceServer;

beforeAll(async () => {
  source = await SourceServer.start();
  fixture = await ImageDataFixture.start({
    ...MAY_DOWNLOAD_HERE,
    CATALOG_IMAGE_SIZE_CAP: String(UPPER_BOUND),
  });
  imports = new Imports(fixture);
});

afterAll(async () => {
  await fixture.close();
  await source.close();
});

async function stagedImage(bytes: Buffer | string, attributes: object = {}): Promise<string> {
  const id = await fixture.createImage(attributes);
  expect((await fixture.stage(id, bytes)).status).toBe(204);
  return id;
}

const onlyOwn = (bytes: Buffer) => ({
  status: 'active',
  size: bytes.length,
  virtual_size: bytes.length,
  checksum: md5(bytes),
  os_hash_algo: 'sha512',
  os_hash_value: sha512(bytes),
  os_glance_importing_to_stores: '',
  os_glance_failed_import: '',
});

describe('202', () => {
  it('glance-direct makes the image active with what was staged, and empties the staging area', async () => {
    const bytes = randomBytes(300_000);
    const id = await stagedImage(bytes);
    const reply = await imports.direct(id, { all_stores: true });
    expect([reply.status, reply.text]).toEqual([202, '']);
    const { image, task } = await imports.ended(id);
    expect(image).toMatchObject(onlyOwn(bytes));
    expect(image).not.toHaveProperty('os_glance_import_task');
    expect(task).toMatchObject({
      type: 'api_image_import',
      status: 'success',
      image_id: id,
      request_id: reply.headers['x-openstack-request-id'],
      input: { import_req: { method: { name: 'glance-direct' }, all_stores: true } },
      result: { image_id: id },
      message: '',
      bytes_done: 300_000,
      bytes_total: 300_000,
    });
    expect(task.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect((await fixture.download(id)).bytes.equals(bytes)).toBe(true);
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toHaveLength(1);
    });
  });

  it('glance-direct imports no byte at all, too', async () => {
    const id = await stagedImage(Buffer.alloc(0));
    expect((await imports.direct(id)).status).toBe(202);
    expect((await imports.ended(id)).image).toMatchObject({ status: 'active', size: 0 });
  });

  it('glance-direct takes no notice of an empty URI, which gophercloud sends', async () => {
    const id = await stagedImage(Buffer.from('bytes'));
    const body = { method: { name: 'glance-direct', uri: '' } };
    expect((await imports.request(id, body)).status).toBe(202);
    expect((await imports.ended(id)).image.status).toBe('active');
  });

  it('web-download makes the image active; meanwhile it is importing and locked', async () => {
    const [first, rest] = [randomBytes(200_000), randomBytes(100_000)];
    const { url, finish } = source.serveHalf('/half', first, rest);
    const id = await fixture.createImage({ name: 'kept' });
    expect((await imports.download(id, url)).status).toBe(202);
    const { id: taskId } = await imports.task(id);
    expect(await fixture.show(id)).toMatchObject({
      status: 'importing',
      os_glance_import_task: taskId,
      os_glance_importing_to_stores: 'local',
      os_glance_failed_import: '',
    });
    expect((await imports.download(id, url)).status).toBe(409);
    expect((await fixture.upload(id, 'bytes')).status).toBe(409);
    expect((await fixture.download(id)).status).toBe(204);
    finish();
    const { image } = await imports.ended(id);
    expect(image).toMatchObject({ ...onlyOwn(Buffer.concat([first, rest])), name: 'kept' });
  });

  it('web-download follows redirects, and takes data without a length', async () => {
    const target = source.serve('/target', (_request, response) => {
      response.writeHead(200).write('with');
      response.end('out');
    });
    const url = source.serve('/redirect', (_request, response) => {
      response.writeHead(302, { location: target }).end();
    });
    const id = await fixture.createImage();
    expect((await imports.download(id, url)).status).toBe(202);
    expect((await imports.ended(id)).image).toMatchObject(onlyOwn(Buffer.from('without')));
  });

  it('is where the audit sees what the task has changed come from', async () => {
    const id = await fixture.createImage();
    const reply = await imports.download(id, source.serve('/audited', Buffer.from('bytes')));
    await imports.ended(id);
    const { rows } = await fixture.app.database.pool.query<{
      action: string;
      user_id: string | null;
    }>('SELECT action, user_id FROM audit_records WHERE image_id = $1 AND request_id = $2', [
      id,
      reply.headers['x-openstack-request-id'],
    ]);
    const actions = rows.map(({ action }) => action);
    for (const action of ['image.prepare', 'image.location.create', 'image.upload']) {
      expect(actions).toContain(action);
    }
    expect(rows.every(({ user_id: userId }) => userId !== null)).toBe(true);
  });

  it('is the answer to one of many at once', async () => {
    const url = source.serve('/once', Buffer.from('bytes'));
    const id = await fixture.createImage();
    const replies = await Promise.all(Array.from({ length: 6 }, () => imports.download(id, url)));
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([202, 409, 409, 409, 409, 409]);
    await imports.ended(id);
    expect(await imports.tasks(id)).toHaveLength(1);
  });
});

describe('an import that fails leaves a queued image, no byte, and its reason in the task', () => {
  it.each([
    ['the source has nothing', '/nothing', /could not be fetched/],
    ['the source breaks off', '/broken', /could not be fetched/],
    ['the source sends less than it announced', '/short', /could not be fetched|announced/],
    ['it is larger than an image may be', '/large', /more than|at most/],
  ])('%s', async (_case, path, reason) => {
    source.serve('/broken', (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('half');
      setImmediate(() => response.destroy());
    });
    source.serve('/short', (_request, response) => {
      response.writeHead(200, { 'content-length': 1000, connection: 'close' }).write('half');
      response.socket?.end();
    });
    source.serve('/large', (_request, response) => {
      response.writeHead(200).end(Buffer.alloc(UPPER_BOUND + 1));
    });
    const id = await fixture.createImage();
    expect((await imports.download(id, `${source.origin}${path}`)).status).toBe(202);
    expect(await imports.failed(id)).toMatch(reason);
    expect(await fixture.show(id)).toMatchObject({
      os_glance_importing_to_stores: '',
      os_glance_failed_import: 'local',
    });
  });

  it('the bytes are not what the format says; afterwards a right download makes it active', async () => {
    const id = await stagedImage(randomBytes(100_000), { disk_format: 'qcow2' });
    expect((await imports.direct(id)).status).toBe(202);
    expect(await imports.failed(id)).toMatch(/not in the qcow2 format/);
    const qcow2 = source.serve('/raw', Buffer.from('raw now'));
    await fixture.app.request('PATCH', `/image/v2/images/${id}`, {
      token: fixture.token,
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'replace', path: '/disk_format', value: 'raw' }]),
    });
    expect((await imports.download(id, qcow2)).status).toBe(202);
    expect((await imports.ended(id)).image).toMatchObject(onlyOwn(Buffer.from('raw now')));
  });

  it('the formats were changed while the bytes came', async () => {
    const { url, finish } = source.serveHalf('/changing', Buffer.from('a'), Buffer.from('b'));
    const id = await fixture.createImage();
    await imports.download(id, url);
    await eventually(async () => {
      expect((await imports.task(id)).status).toBe('processing');
      expect(await fixture.filesOf(id)).toHaveLength(1);
    });
    const patch = await fixture.app.request('PATCH', `/image/v2/images/${id}`, {
      token: fixture.token,
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'replace', path: '/disk_format', value: 'qcow2' }]),
    });
    expect(patch.status).toBe(200);
    finish();
    expect(await imports.failed(id)).toMatch(/formats .* were changed/);
  });

  it('what was staged was altered', async () => {
    const id = await stagedImage('bytes');
    await fixture.app.database.pool.query(
      `UPDATE image_staged_data SET checksum = 'another' WHERE image_id = $1`,
      [id],
    );
    expect((await imports.direct(id)).status).toBe(202);
    expect(await imports.failed(id)).toMatch(/not what was stored before/);
  });
});

describe('an image that is deleted in the middle of an import', () => {
  it('loses the bytes of it; the task fails', async () => {
    const { url } = source.serveHalf('/deleted', Buffer.alloc(100_000), Buffer.from('b'));
    const id = await fixture.createImage();
    await imports.download(id, url);
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toHaveLength(1);
    });
    const { token, app } = fixture;
    const { id: taskId } = await imports.task(id);
    expect((await app.request('DELETE', `/image/v2/images/${id}`, { token })).status).toBe(204);
    await eventually(async () => {
      const { body } = await app.request('GET', `/image/v2/tasks/${taskId}`, { token });
      expect(body).toMatchObject({ status: 'failure', message: expect.stringMatching(/deleted/) });
      expect(await fixture.filesOf(id)).toEqual([]);
    }, 60_000);
  });
});

describe('400', () => {
  it.each([
    undefined,
    [],
    {},
    { method: 'web-download' },
    { method: {} },
    { method: { name: 7 } },
    { method: { name: 'nonsense' } },
    { method: { name: 'glance-download', glance_region: 'other' } },
    { method: { name: 'copy-image' } },
    { ...DIRECT, all_stores: 'true' },
    { ...DIRECT, all_stores_must_succeed: 1 },
    { ...DIRECT, stores: 'local' },
    { ...DIRECT, stores: [''] },
    { method: { name: 'web-download', uri: 7 } },
  ])('to the body %j, before the image is looked at', async (body) => {
    expect((await imports.request(unknownId(), body)).status).toBe(400);
  });

  it('to web-download without a URI, or with one that is refused, by its host', async () => {
    const id = await fixture.createImage();
    expect((await imports.request(id, { method: { name: 'web-download' } })).status).toBe(400);
    const refused = ['ftp://somewhere.example/x', 'http://10.0.0.1/x', 'http://2130706433/x'];
    for (const uri of refused) {
      const reply = await imports.download(id, uri);
      expect([uri, reply.status]).toEqual([uri, 400]);
      expect(reply.text).toMatch(/does not pass filtering/);
    }
    expect((await imports.download(id, 'http://169.254.169.254/x')).text).toMatch(/169\.254/);
    expect((await fixture.show(id)).status).toBe('queued');
    expect(await imports.tasks(id)).toEqual([]);
  });

  it('to all_stores_must_succeed: false with a single store', async () => {
    const id = await stagedImage('bytes');
    expect((await imports.direct(id, { all_stores_must_succeed: false })).status).toBe(400);
    expect((await fixture.show(id)).status).toBe('uploading');
  });

  it('but not with all_stores: false beside it, as openstackclient writes when it is told nothing', async () => {
    const id = await stagedImage('bytes');
    const unsaid = { all_stores: false, all_stores_must_succeed: false };
    expect((await imports.direct(id, unsaid)).status).toBe(202);
  });
});

describe('401', () => {
  it('without a valid token', async () => {
    expect((await imports.request(unknownId(), DIRECT, { token: 'nonsense' })).status).toBe(401);
  });
});

describe('403', () => {
  it('when the image is visible but of another tenant', async () => {
    const id = await stagedImage('bytes', { visibility: 'public' });
    const token = await fixture.stranger();
    expect((await imports.request(id, DIRECT, { token })).status).toBe(403);
    expect((await fixture.show(id)).status).toBe('uploading');
  });
});

describe('404', () => {
  it('when the image is unknown or invisible', async () => {
    expect((await imports.direct(unknownId())).status).toBe(404);
    const id = await stagedImage('bytes');
    const token = await fixture.stranger();
    expect((await imports.request(id, DIRECT, { token })).status).toBe(404);
  });
});

describe('409', () => {
  it('when the method does not fit the status, whoever asks', async () => {
    const queued = await fixture.createImage({ visibility: 'public' });
    const staged = await stagedImage('bytes');
    const active = await fixture.activeImage(Buffer.from('bytes'));
    const token = await fixture.stranger();
    expect((await imports.direct(queued)).status).toBe(409);
    expect((await imports.request(queued, DIRECT, { token })).status).toBe(409);
    expect((await imports.download(staged, source.origin)).status).toBe(409);
    expect((await imports.direct(active)).status).toBe(409);
    expect((await imports.download(active, source.origin)).status).toBe(409);
  });

  it.each([{ disk_format: null }, { container_format: null }])(
    'when a format is unset: %j',
    async (attributes) => {
      const id = await stagedImage('bytes', attributes);
      expect((await imports.direct(id)).status).toBe(409);
      expect((await fixture.show(id)).status).toBe('uploading');
    },
  );
});

describe('413', () => {
  const limit = (tenantId: string, body: object) =>
    fixture.app.request('PUT', `/catalog/v1/tenants/${tenantId}/quota`, {
      token: fixture.token,
      body,
    });

  it('when what was staged is more than the tenant may have', async () => {
    const { token, projectId } = await fixture.identity.member();
    await limit(projectId, { image_bytes: 1000 });
    const [fits, exceeds] = [
      await fixture.createImage({}, token),
      await fixture.createImage({}, token),
    ];
    expect((await fixture.stage(fits, Buffer.alloc(600), {}, token)).status).toBe(204);
    expect((await imports.request(fits, DIRECT, { token })).status).toBe(202);
    expect((await imports.ended(fits)).image.status).toBe('active');
    expect((await fixture.stage(exceeds, Buffer.alloc(600), {}, token)).status).toBe(204);
    expect((await imports.request(exceeds, DIRECT, { token })).status).toBe(413);
  });

  it('never comes for a download that turns out too large: the task says so', async () => {
    const { token, projectId } = await fixture.identity.member();
    await limit(projectId, { image_bytes: 1000 });
    const id = await fixture.createImage({}, token);
    const uri = source.serve('/over-quota', Buffer.alloc(1001));
    const body = { method: { name: 'web-download', uri } };
    expect((await imports.request(id, body, { token })).status).toBe(202);
    expect(await imports.failed(id)).toMatch(/may not have so many bytes/);
  });
});

describe('discovery', () => {
  it('tells the methods that work here', async () => {
    const { token, app } = fixture;
    const { body } = await app.request('GET', '/image/v2/info/import', { token });
    expect(body['import-methods'].value).toEqual(['glance-direct', 'web-download']);
    const created = await app.request('POST', '/image/v2/images', { token, body: {} });
    expect(created.headers['openstack-image-import-methods']).toBe('glance-direct,web-download');
    expect(created.headers).not.toHaveProperty('openstack-image-store-ids');
  });
});
