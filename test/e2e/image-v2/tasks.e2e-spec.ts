import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImageDataFixture, unknownId } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';

let fixture: ImageDataFixture;
let imports: Imports;
let source: SourceServer;

beforeAll(async () => {
  source = await SourceServer.start();
  fixture = await ImageDataFixture.start(MAY_DOWNLOAD_HERE);
  imports = new Imports(fixture);
});

afterAll(async () => {
  await fixture.close();
  await source.close();
});

const call = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  token = fixture.token,
) => fixture.app.request(method, `/image/v2${path}`, { token, body });

const input = (more: object = {}) => ({
  import_from: source.serve('/bytes', Buffer.from('bytes')),
  import_from_format: 'raw',
  image_properties: {
    name: 'imported',
    disk_format: 'raw',
    container_format: 'bare',
    os_distro: 'x',
  },
  ...more,
});

const tasksIn = (body: unknown) =>
  (body as { tasks: { id: string; status: string; type: string }[] }).tasks;

/** Tasks that are over, of an image that was imported once for each. */
async function finishedTasks(count: number): Promise<string[]> {
  const id = await fixture.createImage();
  for (let made = 0; made < count; made += 1) {
    await imports.download(id, `${source.origin}/nothing`);
    await imports.ended(id);
  }
  return (await imports.tasks(id)).map((task) => task.id).toReversed();
}

describe('POST /v2/tasks', () => {
  it('answers 201 with a task that makes an image and downloads its data', async () => {
    const reply = await call('POST', '/tasks', { type: 'import', input: input() });
    expect(reply.status).toBe(201);
    const { id, image_id: imageId } = reply.body;
    expect(reply.headers['location']).toMatch(new RegExp(`/v2/tasks/${id}$`));
    expect(reply.body).toMatchObject({
      type: 'import',
      status: expect.stringMatching(/pending|processing|success/),
      input: input(),
      message: '',
      self: `/v2/tasks/${id}`,
      schema: '/v2/schemas/task',
    });
    const { image } = await imports.ended(imageId);
    expect(image).toMatchObject({ status: 'active', name: 'imported', os_distro: 'x', size: 5 });
    expect((await call('GET', `/tasks/${id}`)).body).toMatchObject({
      status: 'success',
      result: { image_id: imageId },
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('answers 409 to the id of an image that there is, and leaves that image alone', async () => {
    const id = await fixture.createImage({ name: 'of somebody' }, await fixture.stranger());
    const before = await fixture.show(id);
    const image_properties = { ...input().image_properties, id };
    const body = { type: 'import', input: input({ image_properties }) };

    expect((await call('POST', '/tasks', body)).status).toBe(409);
    expect(await fixture.show(id)).toEqual(before);
    expect(await imports.tasks(id)).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { type: 'import' },
    { type: 'export', input: {} },
    { type: 'api_image_import', input: {} },
    { type: 'import', input: {}, more: 1 },
    { type: 'import', input: { import_from_format: 'raw', image_properties: {} } },
    {
      type: 'import',
      input: { import_from: 'file:///etc/passwd', import_from_format: 'raw', image_properties: {} },
    },
    {
      type: 'import',
      input: { import_from: 'http://10.0.0.1/', import_from_format: 'raw', image_properties: {} },
    },
    {
      type: 'import',
      input: {
        import_from: 'http://127.0.0.1/',
        import_from_format: 'raw',
        image_properties: { disk_format: 'x' },
      },
    },
  ])('answers 400 to %j', async (body) => {
    expect((await call('POST', '/tasks', body)).status).toBe(400);
  });
});

describe('a task of more than 1 MiB', () => {
  it('is answered with 413', async () => {
    const body = { type: 'import', input: { import_from: 'x'.repeat(1_048_577) } };
    const { token } = fixture;
    const reply = await fixture.app.request('POST', '/image/v2/tasks', { token, body });
    expect(reply.status).toBe(413);
  });
});

describe('GET /v2/tasks', () => {
  it('lists the latest first, without details, in pages that join without a gap', async () => {
    const ids = await finishedTasks(5);
    const first = await call('GET', '/tasks?limit=2');
    expect(first.body.tasks[0]).toMatchObject({ id: ids.at(-1), status: 'failure' });
    expect(first.body.tasks[0]).not.toHaveProperty('input');
    expect(first.body.tasks[0]).not.toHaveProperty('message');
    expect(first.body).toMatchObject({ first: '/v2/tasks?limit=2', schema: '/v2/schemas/tasks' });
    for (const sort of ['created_at', 'expires_at', 'status', 'id']) {
      for (const direction of ['asc', 'desc']) {
        const seen: string[] = [];
        let next: string | undefined = `/v2/tasks?limit=2&sort_key=${sort}&sort_dir=${direction}`;
        while (next !== undefined) {
          const { body } = await call('GET', next.replace('/v2', ''));
          seen.push(...tasksIn(body).map((task) => task.id));
          next = body.next;
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(ids));
      }
    }
  });

  it('filters by status and type', async () => {
    await finishedTasks(1);
    const { body } = await call('GET', '/tasks?status=failure');
    expect(new Set(tasksIn(body).map((task) => task.status))).toEqual(new Set(['failure']));
    expect((await call('GET', '/tasks?status=pending')).body.tasks).toEqual([]);
    const imported = await call('GET', '/tasks?type=import');
    expect(tasksIn(imported.body).filter(({ type }) => type !== 'import')).toEqual([]);
  });

  it.each([
    'status=done',
    'type=api_image_import',
    'limit=-1',
    'limit=x',
    'marker=x',
    `marker=${unknownId()}`,
    'sort_dir=up',
    'sort_key=owner',
  ])('answers 400 to ?%s', async (query) => {
    expect((await call('GET', `/tasks?${query}`)).status).toBe(400);
  });
});

describe('GET /v2/tasks/{id}', () => {
  it('answers 404 for what is unknown, malformed or expired', async () => {
    const [expired = ''] = await finishedTasks(1);
    expect((await call('GET', `/tasks/${expired}`)).status).toBe(200);
    await fixture.app.database.pool.query(
      'UPDATE image_tasks SET expires_at = now() WHERE id = $1',
      [expired],
    );
    for (const id of [expired, unknownId(), 'x']) {
      expect((await call('GET', `/tasks/${id}`)).status).toBe(404);
    }
  });
});

describe('DELETE /v2/tasks/{id}', () => {
  it('answers 405', async () => {
    const reply = await call('DELETE', `/tasks/${unknownId()}`);
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('every operation on tasks', () => {
  it('answers 403 to others than admins, before it looks at anything else', async () => {
    const { token } = await fixture.identity.member();
    for (const reply of [
      await call('POST', '/tasks', {}, token),
      await call('GET', '/tasks?limit=x', undefined, token),
      await call('GET', `/tasks/${unknownId()}`, undefined, token),
    ]) {
      expect(reply.status).toBe(403);
    }
  });
});

describe('GET /v2/images/{id}/tasks', () => {
  it('shows the tasks of the own tenant, to admins all, and to other viewers none', async () => {
    const { token } = await fixture.identity.member();
    const id = await fixture.createImage({ visibility: 'community' }, token);
    const body = { method: { name: 'web-download', uri: `${source.origin}/nothing` } };
    await imports.request(id, body, { token });
    await imports.ended(id);
    const [task] = await imports.tasks(id, token);
    expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/fetched/) });
    expect(await imports.tasks(id)).toEqual([task]);
    expect(await imports.tasks(id, await fixture.stranger())).toEqual([]);
  });

  it('answers 404 for images that are unknown or invisible, and 400 to a body', async () => {
    const id = await fixture.createImage();
    const token = await fixture.stranger();
    expect((await call('GET', `/images/${unknownId()}/tasks`)).status).toBe(404);
    expect((await call('GET', `/images/${id}/tasks`, undefined, token)).status).toBe(404);
    expect((await call('GET', `/images/${id}/tasks`, {})).status).toBe(400);
  });
});

describe('GET /v2/schemas', () => {
  it.each(['task', 'tasks'])('/%s answers 200 with a schema of this name', async (name) => {
    const reply = await call('GET', `/schemas/${name}`);
    expect([reply.status, reply.body.name]).toEqual([200, name]);
  });
});
