import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { SweepImageData } from '../../../src/images/application/sweep-image-data.js';
import { eventually, ImageDataFixture, OCTETS, unknownId } from '../../support/image-data.js';

let fixture: ImageDataFixture;
let withoutStaging: ImageDataFixture;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({
    CATALOG_IMAGE_SIZE_CAP: '1048576',
    CATALOG_TENANT_STAGED_BYTES_QUOTA: '2000000',
  });
  withoutStaging = await ImageDataFixture.start({ CATALOG_IMPORT_METHODS: 'web-download' });
});

afterAll(async () => {
  await fixture.close();
  await withoutStaging.close();
});

async function expectQueuedWithoutBytes(id: string): Promise<void> {
  expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null });
  expect(await fixture.filesOf(id)).toEqual([]);
}

describe('204', () => {
  it('keeps the bytes apart; the image is uploading, with a size and without checksums or data', async () => {
    const id = await fixture.createImage();
    const reply = await fixture.stage(id, randomBytes(300_000));
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await fixture.show(id)).toMatchObject({
      status: 'uploading',
      size: 300_000,
      virtual_size: null,
      checksum: null,
      os_hash_value: null,
    });
    expect(await fixture.filesOf(id)).toHaveLength(1);
    expect((await fixture.download(id)).status).toBe(204);
  });

  it('needs no formats, which may be set afterwards', async () => {
    const id = await fixture.createImage({ disk_format: null, container_format: null });
    expect((await fixture.stage(id, 'bytes')).status).toBe(204);
    const reply = await fixture.app.request('PATCH', `/image/v2/images/${id}`, {
      token: fixture.token,
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'replace', path: '/disk_format', value: 'raw' }]),
    });
    expect(reply.status).toBe(200);
  });

  it('inspects nothing yet', async () => {
    const id = await fixture.createImage({ disk_format: 'qcow2' });
    expect((await fixture.stage(id, 'no qcow2')).status).toBe(204);
  });
});

describe('400', () => {
  it.each(['4', '6', 'five'])(
    'when five bytes come as x-openstack-image-size: %s',
    async (size) => {
      const id = await fixture.createImage();
      const reply = await fixture.stage(id, 'bytes', { 'x-openstack-image-size': size });
      expect(reply.status).toBe(400);
      await expectQueuedWithoutBytes(id);
    },
  );
});

describe('401', () => {
  it('without a valid token', async () => {
    const id = await fixture.createImage();
    expect((await fixture.stage(id, 'bytes', {}, 'nonsense')).status).toBe(401);
  });
});

describe('403', () => {
  it('when the image is visible but of another tenant', async () => {
    const id = await fixture.createImage({ visibility: 'public' });
    expect((await fixture.stage(id, 'bytes', {}, await fixture.stranger())).status).toBe(403);
    await expectQueuedWithoutBytes(id);
  });
});

describe('404', () => {
  it('when the image is unknown or invisible', async () => {
    expect((await fixture.stage(unknownId(), 'bytes')).status).toBe(404);
    const id = await fixture.createImage();
    expect((await fixture.stage(id, 'bytes', {}, await fixture.stranger())).status).toBe(404);
  });

  it('without glance-direct, before anything else is looked at', async () => {
    const id = await withoutStaging.createImage();
    const reply = await withoutStaging.stage(id, 'bytes', { 'content-type': 'text/plain' });
    expect(reply.status).toBe(404);
  });
});

/** A request that has sent some bytes and is not over. */
async function halfStaged(id: string) {
  const sending = request(`${await fixture.app.listen()}/image/v2/images/${id}/stage`, {
    method: 'PUT',
    agent: false,
    headers: { ...OCTETS, 'x-auth-token': fixture.token },
  });
  sending.on('error', () => undefined);
  sending.write(randomBytes(100_000));
  await eventually(async () => {
    expect((await fixture.show(id)).status).toBe('uploading');
  });
  return sending;
}

describe('410', () => {
  it('when the image is deleted meanwhile, and no byte is left', async () => {
    const id = await fixture.createImage();
    const sending = await halfStaged(id);
    const answer = once(sending, 'response') as Promise<[IncomingMessage]>;
    const { token } = fixture;
    await fixture.app.request('DELETE', `/image/v2/images/${id}`, { token, headers: {} });
    sending.end('the rest');
    const [{ statusCode }] = await answer;
    expect(statusCode).toBe(410);
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toEqual([]);
    });
  });
});

describe('408', () => {
  it('or the end of the connection leaves a queued image and no byte', async () => {
    const id = await fixture.createImage();
    const sending = await halfStaged(id);
    sending.destroy();
    await eventually(() => expectQueuedWithoutBytes(id));
    expect((await fixture.stage(id, 'again')).status).toBe(204);
  });
});

describe('409', () => {
  it('when data is staged already, or the image is active; staged images take no upload', async () => {
    const id = await fixture.createImage();
    await fixture.stage(id, 'bytes');
    expect((await fixture.stage(id, 'bytes')).status).toBe(409);
    expect((await fixture.upload(id, 'bytes')).status).toBe(409);
    const active = await fixture.activeImage(Buffer.from('bytes'));
    expect((await fixture.stage(active, 'bytes')).status).toBe(409);
  });

  it('to all but one of many at once', async () => {
    const id = await fixture.createImage();
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, index) => fixture.stage(id, `bytes ${index}`)),
    );
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([204, 409, 409, 409, 409, 409]);
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });
});

describe('413', () => {
  it.each([{}, { 'x-openstack-image-size': '1048577' }])('above the size cap: %j', async (size) => {
    const id = await fixture.createImage();
    expect((await fixture.stage(id, Buffer.alloc(1_048_577), size)).status).toBe(413);
    await expectQueuedWithoutBytes(id);
  });

  it('above what the tenant may have staged', async () => {
    const { token } = await fixture.identity.member();
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await fixture.createImage({}, token));
    const [first = '', second = '', third = ''] = ids;
    expect((await fixture.stage(first, Buffer.alloc(1_000_000), {}, token)).status).toBe(204);
    expect((await fixture.stage(second, Buffer.alloc(1_000_001), {}, token)).status).toBe(413);
    expect((await fixture.stage(third, Buffer.alloc(1_000_000), {}, token)).status).toBe(204);
  });
});

describe('415', () => {
  it.each([{ 'content-type': 'application/json' }, { 'content-encoding': 'gzip' }])(
    'to %j',
    async (headers) => {
      const id = await fixture.createImage();
      expect((await fixture.stage(id, 'bytes', headers)).status).toBe(415);
      await expectQueuedWithoutBytes(id);
    },
  );
});

describe('what is staged and never imported', () => {
  const sweep = () => fixture.app.app.get(SweepImageData, { strict: false }).execute();

  it('goes after CATALOG_STAGED_RETENTION, and the image is queued', async () => {
    const [old, recent] = [await fixture.createImage(), await fixture.createImage()];
    await fixture.stage(old, 'bytes');
    await fixture.stage(recent, 'bytes');
    await fixture.app.database.pool.query(
      `UPDATE image_staged_data SET staged_at = now() - interval '8 days' WHERE image_id = $1`,
      [old],
    );
    await sweep();
    await expectQueuedWithoutBytes(old);
    const { token, app } = fixture;
    const { body } = await app.request('GET', `/image/v2/images/${old}/tasks`, { token });
    expect(body.tasks).toMatchObject([
      { status: 'failure', message: expect.stringMatching(/in time/) },
    ]);
    expect((await fixture.show(recent)).status).toBe('uploading');
  });
});
