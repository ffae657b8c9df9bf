import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { SweepImageData } from '../../../src/images/application/sweep-image-data.js';
import { eventually, ImageDataFixture, unknownId } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { ResumableUploadCalls, TUS, tusRun } from '../../support/resumable-uploads.js';

const BYTES = randomBytes(300_000);

let fixture: ImageDataFixture;
let withoutStaging: ImageDataFixture;
let imports: Imports;
let uploads: ResumableUploadCalls;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({
    CATALOG_IMAGE_SIZE_CAP: '40000000',
    CATALOG_TENANT_STAGED_BYTES_QUOTA: '100000000',
  });
  withoutStaging = await ImageDataFixture.start({ CATALOG_IMPORT_METHODS: 'web-download' });
  imports = new Imports(fixture);
  uploads = new ResumableUploadCalls(fixture);
});

afterAll(async () => {
  await fixture.close();
  await withoutStaging.close();
});

const sweep = () => fixture.app.app.get(SweepImageData, { strict: false }).execute();
const pool = () => fixture.app.database.pool;

async function half(): Promise<{ id: string; path: string }> {
  const id = await fixture.createImage();
  const path = await uploads.begun(id, BYTES.length);
  expect((await uploads.send(path, 0, BYTES.subarray(0, 100_000))).status).toBe(204);
  return { id, path };
}

async function expectActive(id: string, bytes: Buffer): Promise<void> {
  await imports.arrived(id, bytes);
  await eventually(async () => {
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });
}

async function expectQueuedWithoutBytes(id: string): Promise<void> {
  expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null });
  await eventually(async () => {
    expect(await fixture.filesOf(id)).toEqual([]);
  });
}

describe('tus-js-client', () => {
  it('brings an image in spite of interruptions at random bytes', async () => {
    const bytes = randomBytes(20_000_000);
    const id = await fixture.createImage();
    let url: string | null = null;
    for (const n of [0, 1, 2]) {
      const cut = Math.floor((n + Math.random()) * 6_000_000) + 1;
      url = await tusRun(fixture, id, bytes, { url, cut });
    }
    expect(await tusRun(fixture, id, bytes, { url, cut: Infinity })).toBe(url);
    await expectActive(id, bytes);
  });
});

describe('201', () => {
  it('names the upload and its end; the image is uploading and nothing else can be brought to it', async () => {
    const id = await fixture.createImage();
    const reply = await uploads.begin(id, 10);
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({ 'tus-resumable': '1.0.0' });
    const path = new URL(String(reply.headers['location'])).pathname;
    expect(path).toMatch(new RegExp(`^/image/v2/images/${id}/uploads/[0-9a-f-]{36}$`));
    expect(Date.parse(String(reply.headers['upload-expires']))).toBeGreaterThan(Date.now());
    expect((await fixture.show(id)).status).toBe('uploading');
    expect((await fixture.upload(id, 'x')).status).toBe(409);
    expect((await imports.direct(id)).status).toBe(409);
    expect((await uploads.begin(id, 10)).status).toBe(409);
  });
});

describe('204', () => {
  it('keeps what was sent in several requests, and imports it with the last byte', async () => {
    const { id, path } = await half();
    const reply = await uploads.send(path, 100_000, BYTES.subarray(100_000));
    expect([reply.status, reply.headers['upload-offset']]).toEqual([204, '300000']);
    await expectActive(id, BYTES);
    const task = await imports.task(id);
    expect(path.endsWith(task.id)).toBe(true);
    // A client that never saw the answer asks, and learns that everything is there.
    const { status, headers } = await uploads.head(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'upload-offset': '300000', 'upload-length': '300000' });
    expect((await uploads.send(path, 300_000, Buffer.alloc(0))).status).toBe(204);
  });

  it('keeps what arrived of a request that was cut off', async () => {
    const { id, path } = await half();
    const outgoing = await uploads.open(path, 100_000, 200_000);
    outgoing.on('error', () => undefined);
    outgoing.write(BYTES.subarray(100_000, 250_000));
    await once(outgoing, 'socket');
    await eventually(async () => {
      const { rows } = await pool().query(
        'SELECT 1 FROM image_uploads WHERE image_id = $1 AND writer_id IS NOT NULL',
        [id],
      );
      expect(rows).toHaveLength(1);
      expect(await fixture.filesOf(id)).toHaveLength(2);
    });
    outgoing.destroy();
    await eventually(async () => {
      expect(await uploads.offset(path)).toBe(250_000);
    });
    await eventually(async () => {
      expect((await uploads.send(path, 250_000, BYTES.subarray(250_000))).status).toBe(204);
    });
    await expectActive(id, BYTES);
  });

  it('gives an upload up: the image is queued and no byte stays', async () => {
    const { id, path } = await half();
    expect((await uploads.giveUp(path)).status).toBe(204);
    await expectQueuedWithoutBytes(id);
    expect((await uploads.head(path)).status).toBe(404);
    expect((await uploads.giveUp(path)).status).toBe(404);
    expect((await fixture.upload(id, 'x')).status).toBe(204);
  });

  it('inspects the whole like any import: unsafe data leaves the image queued', async () => {
    const id = await fixture.createImage({ disk_format: 'qcow2' });
    const path = await uploads.begun(id, BYTES.length);
    await uploads.send(path, 0, BYTES.subarray(0, 3));
    expect((await uploads.send(path, 3, BYTES.subarray(3))).status).toBe(204);
    expect(await imports.failed(id)).toMatch(/qcow2|format/i);
    expect((await uploads.head(path)).status).toBe(404);
  });
});

describe('400', () => {
  it('refuses a length or an offset that is none, and an image without formats', async () => {
    const id = await fixture.createImage();
    for (const length of ['0', '-1', 'x', '']) {
      expect((await uploads.begin(id, length)).status).toBe(400);
    }
    const path = await uploads.begun(id, 10);
    expect((await uploads.send(path, 'x', Buffer.from('a'))).status).toBe(400);
    const plain = await fixture.createImage({ disk_format: null, container_format: null });
    expect((await uploads.begin(plain, 10)).status).toBe(400);
  });
  it('refuses bodies where none belongs', async () => {
    const { path } = await half();
    const headers = { ...TUS, 'upload-length': '5', 'x-auth-token': fixture.token };
    const begin = path.replace(/\/[^/]+$/, '');
    for (const [method, url] of [
      ['POST', begin],
      ['HEAD', path],
      ['DELETE', path],
    ] as const) {
      expect((await fixture.app.request(method, url, { headers, body: 'x' })).status).toBe(400);
    }
  });
});

describe('403 and 404', () => {
  it('is for members of the owning tenant and admins, and for uploads that there are', async () => {
    const visible = await fixture.createImage({ visibility: 'public' });
    const path = await uploads.begun(visible, 10);
    const stranger = new ResumableUploadCalls(fixture, await fixture.stranger());
    const attempts = (calls: ResumableUploadCalls, at: string) => [
      calls.head(at),
      calls.send(at, 0, Buffer.from('x')),
      calls.giveUp(at),
    ];
    const statuses = async (replies: ReturnType<typeof attempts>) =>
      (await Promise.all(replies)).map(({ status }) => status);
    expect(await statuses(attempts(stranger, path))).toEqual([403, 403, 403]);
    expect((await stranger.begin(visible, 10)).status).toBe(403);
    const other = path.replace(/[^/]+$/, randomUUID());
    expect(await statuses(attempts(uploads, other))).toEqual([404, 404, 404]);
    expect((await uploads.begin(unknownId(), 10)).status).toBe(404);
    const elsewhere = new ResumableUploadCalls(withoutStaging);
    expect((await elsewhere.begin(await withoutStaging.createImage(), 10)).status).toBe(404);
  });
});

describe('409', () => {
  it('is for an offset other than the stored one, and changes nothing', async () => {
    const { path } = await half();
    for (const offset of [0, 99_999, 100_001]) {
      const reply = await uploads.send(path, offset, Buffer.from('x'));
      expect([reply.status, reply.headers['tus-resumable']]).toEqual([409, '1.0.0']);
    }
    expect(await uploads.offset(path)).toBe(100_000);
  });

  it('lets one of several requests at a time write, and no byte come twice', async () => {
    const { id, path } = await half();
    const replies = await Promise.all(
      [1, 2, 3].map(() => uploads.send(path, 100_000, BYTES.subarray(100_000))),
    );
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409 || status === 404)).toHaveLength(2);
    await expectActive(id, BYTES);
  });
});

describe('410 and the sweep', () => {
  it('tells who sends the last byte of a deleted image', async () => {
    const { id, path } = await half();
    const outgoing = await uploads.open(path, 100_000, 200_000);
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    outgoing.write(BYTES.subarray(100_000, 250_000));
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toHaveLength(2);
    });
    const url = `/image/v2/images/${id}`;
    expect((await fixture.app.request('DELETE', url, { token: fixture.token })).status).toBe(204);
    outgoing.end(BYTES.subarray(250_000));
    const [response] = await answered;
    expect(response.resume().statusCode).toBe(410);
  });

  it('ends uploads of deleted images and those that nobody continues', async () => {
    const [gone, idle] = [await half(), await half()];
    const url = `/image/v2/images/${gone.id}`;
    expect((await fixture.app.request('DELETE', url, { token: fixture.token })).status).toBe(204);
    const later = (id: string, interval: string) =>
      pool().query(
        'UPDATE image_uploads SET heartbeat_at = now() - $2::interval WHERE image_id = $1',
        [id, interval],
      );
    await later(gone.id, '31 seconds');
    await later(idle.id, '31 seconds');
    await sweep();
    expect(await fixture.filesOf(gone.id)).toEqual([]);
    expect(await uploads.offset(idle.path)).toBe(100_000);
    await later(idle.id, '1000 days');
    await sweep();
    await expectQueuedWithoutBytes(idle.id);
    expect((await uploads.head(idle.path)).status).toBe(404);
  });
});

describe('412, 413, 415', () => {
  it('refuses other versions, more than may come, and other media types', async () => {
    const { id, path } = await half();
    const other = { 'tus-resumable': '0.2.2' };
    const begin = await uploads.begin(await fixture.createImage(), 10, other);
    expect([begin.status, begin.headers['tus-version']]).toEqual([412, '1.0.0']);
    expect((await uploads.head(path, other)).status).toBe(412);
    expect((await uploads.send(path, 100_000, BYTES, other)).status).toBe(412);
    expect((await uploads.giveUp(path, other)).status).toBe(412);
    expect((await uploads.send(path, 100_000, BYTES)).status).toBe(413);
    expect((await uploads.begin(await fixture.createImage(), 40_000_001)).status).toBe(413);
    const octets = { 'content-type': 'application/octet-stream' };
    expect((await uploads.send(path, 100_000, Buffer.from('x'), octets)).status).toBe(415);
    expect((await fixture.show(id)).status).toBe('uploading');
    expect(await uploads.offset(path)).toBe(100_000);
  });

  it('sets the bytes to come aside in the quotas', async () => {
    const first = await fixture.createImage();
    const second = await fixture.createImage();
    const third = await fixture.createImage();
    const a = await uploads.begun(first, 40_000_000);
    const b = await uploads.begun(second, 40_000_000);
    expect((await uploads.begin(third, 40_000_000)).status).toBe(413);
    await uploads.giveUp(a);
    expect((await uploads.begin(third, 40_000_000)).status).toBe(201);
    await uploads.giveUp(b);
  });
});
