import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { ImageDataFixture, md5, OCTETS, sha512, unknownId } from '../../support/image-data.js';

let fixture: ImageDataFixture;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_IMAGE_SIZE_CAP: '1048576' });
});

afterAll(() => fixture.close());

async function expectQueuedWithoutBytes(id: string): Promise<void> {
  expect(await fixture.show(id)).toMatchObject({
    status: 'queued',
    size: null,
    virtual_size: null,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
  });
  expect(await fixture.filesOf(id)).toEqual([]);
}

describe('204', () => {
  it('makes the image active with sizes and hashes of the bytes', async () => {
    const bytes = randomBytes(300_000);
    const id = await fixture.createImage();
    const reply = await fixture.upload(id, bytes);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await fixture.show(id)).toMatchObject({
      status: 'active',
      size: 300_000,
      virtual_size: 300_000,
      checksum: md5(bytes),
      os_hash_algo: 'sha512',
      os_hash_value: sha512(bytes),
    });
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });

  it('accepts no byte at all', async () => {
    const id = await fixture.createImage();
    expect((await fixture.upload(id, Buffer.alloc(0))).status).toBe(204);
    expect(await fixture.show(id)).toMatchObject({ status: 'active', size: 0 });
  });

  it('ignores parameters of the content type, and the store header with a single store', async () => {
    const id = await fixture.createImage();
    const headers = {
      'content-type': 'application/octet-stream; charset=UTF-8',
      'x-image-meta-store': 'nowhere',
    };
    expect((await fixture.upload(id, 'bytes', headers)).status).toBe(204);
  });

  it.each(['5', '0'])('accepts x-openstack-image-size: %s for five bytes', async (size) => {
    const id = await fixture.createImage();
    const headers = { 'x-openstack-image-size': size };
    expect((await fixture.upload(id, 'bytes', headers)).status).toBe(204);
  });

  it('lets metadata change before, and keeps it', async () => {
    const id = await fixture.createImage({ name: 'before' });
    await fixture.upload(id, 'bytes');
    expect(await fixture.show(id)).toMatchObject({ name: 'before', status: 'active' });
  });

  it('counts the bytes for the tenant', async () => {
    const { projectId, token } = await fixture.identity.member();
    const id = await fixture.createImage({}, token);
    expect((await fixture.upload(id, 'twelve bytes', {}, token)).status).toBe(204);
    const reply = await fixture.app.request('GET', `/catalog/v1/tenants/${projectId}/quota`, {
      token: fixture.token,
    });
    expect(reply.body.image_bytes.usage).toBe(12);
  });
});

describe('400', () => {
  it.each([{ disk_format: null }, { container_format: null }])(
    'when a format is unset: %j',
    async (attributes) => {
      const id = await fixture.createImage(attributes);
      expect((await fixture.upload(id, 'bytes')).status).toBe(400);
      expect(await fixture.show(id)).toMatchObject({ status: 'queued' });
    },
  );

  it.each(['five', '-5', '5.0', ''])('to x-openstack-image-size: %j', async (size) => {
    const id = await fixture.createImage();
    const headers = { 'x-openstack-image-size': size };
    expect((await fixture.upload(id, 'bytes', headers)).status).toBe(400);
  });

  it.each(['4', '6'])('when five bytes come although %s were declared', async (size) => {
    const id = await fixture.createImage();
    const reply = await fixture.upload(id, 'bytes', { 'x-openstack-image-size': size });
    expect(reply.status).toBe(400);
    await expectQueuedWithoutBytes(id);
  });
});

describe('401', () => {
  it('without a valid token', async () => {
    const id = await fixture.createImage();
    expect((await fixture.upload(id, 'bytes', {}, 'nonsense')).status).toBe(401);
  });
});

describe('403', () => {
  it('when the image is visible but of another tenant', async () => {
    const id = await fixture.createImage({ visibility: 'public' });
    expect((await fixture.upload(id, 'bytes', {}, await fixture.stranger())).status).toBe(403);
    await expectQueuedWithoutBytes(id);
  });
});

describe('404', () => {
  it('when the image is unknown', async () => {
    expect((await fixture.upload(unknownId(), 'bytes')).status).toBe(404);
  });

  it('when the image is private to another tenant', async () => {
    const id = await fixture.createImage({ visibility: 'private' });
    expect((await fixture.upload(id, 'bytes', {}, await fixture.stranger())).status).toBe(404);
  });
});

describe('409', () => {
  it('when the image has data, which stays as it was', async () => {
    const id = await fixture.activeImage(Buffer.from('first'));
    expect((await fixture.upload(id, 'other')).status).toBe(409);
    expect((await fixture.download(id)).bytes.toString()).toBe('first');
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });
});

describe('413', () => {
  it('when more than the cap is declared, and nothing is stored', async () => {
    const id = await fixture.createImage();
    const headers = { 'x-openstack-image-size': '1048577' };
    expect((await fixture.upload(id, 'bytes', headers)).status).toBe(413);
    await expectQueuedWithoutBytes(id);
  });

  it('when the quota of the tenant is used up', async () => {
    const { projectId, token } = await fixture.identity.member();
    const url = `/catalog/v1/tenants/${projectId}/quota`;
    const body = { image_bytes: 10 };
    const set = await fixture.app.request('PUT', url, { token: fixture.token, body });
    expect(set.status).toBe(200);
    const [first, second] = [
      await fixture.createImage({}, token),
      await fixture.createImage({}, token),
    ];
    expect((await fixture.upload(first, '10 bytes--', {}, token)).status).toBe(204);
    expect((await fixture.upload(second, 'x', {}, token)).status).toBe(413);
    await expectQueuedWithoutBytes(second);
  });
});

describe('415', () => {
  it.each(['application/json', 'text/plain', ''])('to content type %j', async (type) => {
    const id = await fixture.createImage();
    expect((await fixture.upload(id, 'bytes', { 'content-type': type })).status).toBe(415);
    await expectQueuedWithoutBytes(id);
  });

  it('to an encoded body', async () => {
    const id = await fixture.createImage();
    const headers = { ...OCTETS, 'content-encoding': 'gzip' };
    expect((await fixture.upload(id, 'bytes', headers)).status).toBe(415);
  });

  it.each([
    ['qcow2', 'no header at all'],
    ['vmdk', 'QFI\xfb'],
  ])('when the bytes are not %s, and nothing of them stays', async (format, text) => {
    const id = await fixture.createImage({ disk_format: format });
    expect((await fixture.upload(id, Buffer.from(text, 'latin1'))).status).toBe(415);
    await expectQueuedWithoutBytes(id);
    expect((await fixture.download(id)).status).toBe(204);
  });

  it('to a qcow2 with a backing file, also when it is called raw', async () => {
    for (const format of ['qcow2', 'raw']) {
      const id = await fixture.createImage({ disk_format: format });
      expect((await fixture.upload(id, qcow2({ backingFile: '/etc/passwd' }))).status).toBe(415);
      await expectQueuedWithoutBytes(id);
    }
  });
});

describe('a qcow2', () => {
  it('has the virtual size of its header', async () => {
    const id = await fixture.createImage({ disk_format: 'qcow2' });
    expect((await fixture.upload(id, qcow2({}))).status).toBe(204);
    expect(await fixture.show(id)).toMatchObject({ status: 'active', virtual_size: 1_048_576 });
  });
});

/** A version 3 header of a disk of 1 MiB, and nothing else. */
function qcow2({ backingFile = '' }): Buffer {
  const image = Buffer.alloc(64 * 1024);
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeBigUInt64BE(backingFile === '' ? 0n : 512n, 8);
  image.writeUInt32BE(backingFile.length, 16);
  image.writeUInt32BE(16, 20);
  image.writeBigUInt64BE(1_048_576n, 24);
  image.writeUInt32BE(4, 96);
  image.writeUInt32BE(104, 100);
  image.write(backingFile, 512);
  return image;
}
