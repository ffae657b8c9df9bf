import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageDataFixture, md5, sha512, unknownId } from '../../support/image-data.js';

const BYTES = randomBytes(100_000);
let fixture: ImageDataFixture;
/** Public, with data. */
let id: string;

beforeAll(async () => {
  fixture = await ImageDataFixture.start();
  id = await fixture.activeImage(BYTES, { visibility: 'public' });
});

afterAll(() => fixture.close());

const post = async (url: string): Promise<number> =>
  (await fixture.app.request('POST', url, { token: fixture.token, headers: {} })).status;

describe('200', () => {
  it('delivers the bytes with their length and checksums', async () => {
    const reply = await fixture.download(id);
    expect(reply.status).toBe(200);
    expect(reply.bytes.equals(BYTES)).toBe(true);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '100000',
      'content-md5': md5(BYTES),
      etag: `"${sha512(BYTES)}"`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
  });

  it('delivers an image of no bytes', async () => {
    const reply = await fixture.download(await fixture.activeImage(Buffer.alloc(0)));
    expect([reply.status, reply.headers['content-length'], reply.bytes.length]).toEqual([
      200,
      '0',
      0,
    ]);
  });

  it('delivers everything when If-Range names another state', async () => {
    const reply = await fixture.download(id, { range: 'bytes=0-9', 'if-range': '"other"' });
    expect([reply.status, reply.bytes.length]).toEqual([200, 100_000]);
  });

  it('lets a member of another tenant download a public image', async () => {
    expect((await fixture.download(id, {}, await fixture.stranger())).status).toBe(200);
  });

  it('lets an admin download a deactivated image', async () => {
    const locked = await fixture.activeImage(BYTES);
    expect(await post(`/image/v2/images/${locked}/actions/deactivate`)).toBe(204);
    expect((await fixture.download(locked)).status).toBe(200);
  });

  it('ignores an empty preference', async () => {
    expect((await fixture.download(id, {}, fixture.token, '?prefer=')).status).toBe(200);
  });
});

describe('204', () => {
  it('while there is no data', async () => {
    const reply = await fixture.download(await fixture.createImage());
    expect([reply.status, reply.bytes.length]).toEqual([204, 0]);
  });
});

describe('206', () => {
  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=5-', 5, 99_999],
    ['bytes=99990-200000', 99_990, 99_999],
    ['bytes=-10', 99_990, 99_999],
    ['bytes=-200000', 0, 99_999],
    ['bytes=-0', 0, 99_999],
    ['bytes=0-0', 0, 0],
  ])('to Range: %s', async (range, start, end) => {
    const reply = await fixture.download(id, { range });
    expect(reply.status).toBe(206);
    expect(reply.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/100000`,
      'content-length': String(end - start + 1),
      'content-md5': md5(BYTES),
    });
    expect(reply.bytes.equals(BYTES.subarray(start, end + 1))).toBe(true);
  });

  it('to the Content-Range that old clients send', async () => {
    const reply = await fixture.download(id, { 'content-range': 'bytes 10-19/*' });
    expect([reply.status, reply.headers['content-range']]).toEqual([206, 'bytes 10-19/100000']);
    expect(reply.bytes.equals(BYTES.subarray(10, 20))).toBe(true);
  });

  it('when If-Range names the present state', async () => {
    const headers = { range: 'bytes=0-9', 'if-range': `"${sha512(BYTES)}"` };
    expect((await fixture.download(id, headers)).status).toBe(206);
  });
});

describe('304', () => {
  it('when If-None-Match names the present state', async () => {
    const reply = await fixture.download(id, { 'if-none-match': `"${sha512(BYTES)}"` });
    expect([reply.status, reply.bytes.length]).toEqual([304, 0]);
  });
});

describe('400', () => {
  it('to several ranges', async () => {
    expect((await fixture.download(id, { range: 'bytes=0-1,3-4' })).status).toBe(400);
  });

  it('to a preference where there is one store', async () => {
    expect((await fixture.download(id, {}, fixture.token, '?prefer=local')).status).toBe(400);
  });

  it('to a request body', async () => {
    const url = `/image/v2/images/${id}/file`;
    const { token } = fixture;
    expect((await fixture.app.request('GET', url, { token, body: 'x' })).status).toBe(400);
  });
});

describe('401', () => {
  it('without a valid token', async () => {
    expect((await fixture.download(id, {}, 'nonsense')).status).toBe(401);
  });
});

describe('403', () => {
  it('to a reader, who may see the image', async () => {
    const { token } = await fixture.identity.member('reader');
    expect((await fixture.show(id, token)).id).toBe(id);
    expect((await fixture.download(id, {}, token)).status).toBe(403);
  });

  it('to everybody but admins while the image is deactivated', async () => {
    const locked = await fixture.activeImage(BYTES, { visibility: 'public' });
    await post(`/image/v2/images/${locked}/actions/deactivate`);
    const token = await fixture.stranger();
    expect((await fixture.download(locked, {}, token)).status).toBe(403);
    await post(`/image/v2/images/${locked}/actions/reactivate`);
    expect((await fixture.download(locked, {}, token)).status).toBe(200);
  });
});

describe('404', () => {
  it('when the image is unknown', async () => {
    expect((await fixture.download(unknownId())).status).toBe(404);
  });

  it('as soon as the image is not public any more', async () => {
    const image = await fixture.activeImage(BYTES, { visibility: 'public' });
    const token = await fixture.stranger();
    expect((await fixture.download(image, {}, token)).status).toBe(200);
    await fixture.app.request('PATCH', `/image/v2/images/${image}`, {
      token: fixture.token,
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'replace', path: '/visibility', value: 'private' }]),
    });
    expect((await fixture.download(image, {}, token)).status).toBe(404);
  });

  it.each(['removed', 'cut short'])(
    'when the bytes are %s, and the image is kept',
    async (damage) => {
      const image = await fixture.activeImage(BYTES);
      const directory = join(fixture.directory, 'images');
      const name = (await readdir(directory)).find((file) => file.startsWith(image)) ?? '';
      if (damage === 'removed') await rm(join(directory, name));
      else await truncate(join(directory, name), 99_999);
      expect((await fixture.download(image)).status).toBe(404);
      expect(await fixture.show(image)).toMatchObject({ status: 'active', size: 100_000 });
    },
  );
});

describe('416', () => {
  it.each(['bytes=100000-', 'bytes=5-4', 'bytes=a-b', 'bytes=-', 'items=0-1', 'bytes 0-1'])(
    'to Range: %s',
    async (range) => {
      const reply = await fixture.download(id, { range });
      expect([reply.status, reply.headers['content-range']]).toEqual([416, 'bytes */100000']);
    },
  );

  it.each(['bytes 0-100000/*', 'bytes */100000', 'bytes 5-4/*'])(
    'to the Content-Range %s of a request',
    async (range) => {
      expect((await fixture.download(id, { 'content-range': range })).status).toBe(416);
    },
  );
});
