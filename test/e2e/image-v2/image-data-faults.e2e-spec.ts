import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { eventually, ImageDataFixture, md5, OCTETS } from '../../support/image-data.js';

let fixture: ImageDataFixture;
let origins: string[];

beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_DELETED_RETENTION: '0s' });
  const second = await fixture.replica();
  origins = [await fixture.app.listen(), second.origin];
});

afterAll(() => fixture.close());

interface Sending {
  readonly request: ClientRequest;
  readonly answer: Promise<{ status: number; text: string }>;
}

/** An upload over a real socket whose body the test sends piece by piece. */
function send(id: string, headers: Record<string, string> = {}, origin = origins[0]): Sending {
  const sending = request(`${origin}/image/v2/images/${id}/file`, {
    method: 'PUT',
    agent: false,
    headers: { ...OCTETS, 'x-auth-token': fixture.token, ...headers },
  });
  const answer = once(sending, 'response').then(async ([response]) => {
    const text = await textOf(response as IncomingMessage);
    return { status: (response as IncomingMessage).statusCode ?? 0, text };
  });
  answer.catch(() => undefined);
  return { request: sending, answer };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function expectStatus(id: string, status: string): Promise<void> {
  await eventually(async () => {
    expect((await fixture.show(id)).status).toBe(status);
  });
}

async function expectNothingKept(id: string): Promise<void> {
  await eventually(async () => {
    expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null });
    expect(await fixture.filesOf(id)).toEqual([]);
  });
}

describe('a client that goes away in mid-upload', () => {
  it.each([
    ['with a length', 0],
    ['with a length', 65_536],
    ['with a length', 3 * 1024 * 1024],
    ['chunked', 1],
    ['chunked', 3 * 1024 * 1024],
  ])('%s, after %d bytes, leaves a queued image that takes data later', async (form, sent) => {
    const id = await fixture.createImage();
    const { request: sending } = send(
      id,
      form === 'chunked' ? {} : { 'content-length': String(4 * 1024 * 1024) },
    );
    sending.on('error', () => undefined);
    if (sent > 0) sending.write(randomBytes(sent));
    else sending.flushHeaders();
    await expectStatus(id, 'saving');
    sending.destroy();
    await expectNothingKept(id);
    expect((await fixture.upload(id, 'second')).status).toBe(204);
    expect(await fixture.show(id)).toMatchObject({
      status: 'active',
      checksum: md5(Buffer.from('second')),
    });
  });
});

describe('several uploads of one image', () => {
  it('are won by one; the others hear 409 before they have sent their data', async () => {
    const id = await fixture.createImage();
    const first = send(id);
    first.request.write('first ');
    await expectStatus(id, 'saving');
    const others = await Promise.all(
      origins.map(async (origin) => {
        const other = send(id, { 'content-length': '1000000' }, origin);
        other.request.on('error', () => undefined);
        other.request.write('other');
        const { status } = await other.answer;
        other.request.destroy();
        return status;
      }),
    );
    first.request.end('upload');
    expect(others).toEqual([409, 409]);
    expect((await first.answer).status).toBe(204);
    expect((await fixture.download(id)).bytes.toString()).toBe('first upload');
    expect(await fixture.filesOf(id)).toHaveLength(1);
  });

  it('raced over two replicas leave the bytes and hashes of the winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await fixture.createImage();
      const bodies = Array.from({ length: 8 }, () => randomBytes(50_000));
      const statuses = await Promise.all(
        bodies.map(async (body, index) => {
          const upload = send(id, {}, origins[index % 2]);
          upload.request.end(body);
          return (await upload.answer).status;
        }),
      );
      expect(statuses.toSorted((a, b) => a - b)).toEqual([204, ...Array<number>(7).fill(409)]);
      const winner = bodies[statuses.indexOf(204)] ?? Buffer.alloc(0);
      expect(await fixture.show(id)).toMatchObject({ checksum: md5(winner), size: 50_000 });
      expect((await fixture.download(id)).bytes.equals(winner)).toBe(true);
      expect(await fixture.filesOf(id)).toHaveLength(1);
    }
  });
});

describe('an upload while the record changes', () => {
  it('completes beside changes of metadata, none of which is lost', async () => {
    const id = await fixture.createImage();
    const upload = send(id);
    upload.request.write('half ');
    await expectStatus(id, 'saving');
    const patches = Array.from({ length: 10 }, (_, index) =>
      fixture.app.request('PATCH', `/image/v2/images/${id}`, {
        token: fixture.token,
        headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
        body: JSON.stringify([{ op: 'add', path: `/property_${index}`, value: 'set' }]),
      }),
    );
    upload.request.end('and half');
    expect((await upload.answer).status).toBe(204);
    for (const patch of await Promise.all(patches)) expect(patch.status).toBe(200);
    const image = await fixture.show(id);
    expect(image.status).toBe('active');
    for (let index = 0; index < 10; index += 1) expect(image[`property_${index}`]).toBe('set');
  });

  it('is answered 410 when the image is deleted meanwhile, and leaves no byte', async () => {
    const id = await fixture.createImage();
    const upload = send(id);
    upload.request.write('half');
    await expectStatus(id, 'saving');
    const { token } = fixture;
    expect(
      (await fixture.app.request('DELETE', `/image/v2/images/${id}`, { token, headers: {} }))
        .status,
    ).toBe(204);
    upload.request.end('and half');
    expect((await upload.answer).status).toBe(410);
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toEqual([]);
    });
  });
});

describe('Expect: 100-continue', () => {
  const headers = { expect: '100-continue', 'content-length': '5' };

  it('is answered when the bytes are wanted', async () => {
    const id = await fixture.createImage();
    const upload = send(id, headers);
    upload.request.flushHeaders();
    await once(upload.request, 'continue');
    upload.request.end('bytes');
    expect((await upload.answer).status).toBe(204);
  });

  it('is refused without a byte when the image has data', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    const upload = send(id, headers);
    let continued = false;
    upload.request.on('continue', () => (continued = true));
    upload.request.flushHeaders();
    expect((await upload.answer).status).toBe(409);
    upload.request.destroy();
    expect(continued).toBe(false);
  });
});

describe('a refusal after the whole body', () => {
  it('reaches the client over a real socket', async () => {
    const id = await fixture.createImage();
    const upload = send(id, { 'x-openstack-image-size': '9' });
    upload.request.end('bytes');
    expect((await upload.answer).status).toBe(400);
    await expectNothingKept(id);
  });
});

describe('a refusal in the middle of the body', () => {
  it('lets the client finish sending, since many read the answer only then', async () => {
    const id = await fixture.createImage({ disk_format: 'qcow2' });
    const upload = send(id, { connection: 'keep-alive' });
    const sent = once(upload.request, 'finish');
    upload.request.end(Buffer.alloc(32 * 1024 * 1024));
    expect((await upload.answer).status).toBe(415);
    await sent;
    upload.request.destroy();
    await expectNothingKept(id);
  });
});

describe('a client that goes away in mid-download', () => {
  it('leaves no file open', async () => {
    const id = await fixture.activeImage(randomBytes(8 * 1024 * 1024));
    const before = await openFiles();
    for (let round = 0; round < 20; round += 1) {
      const download = request(`${origins[0]}/image/v2/images/${id}/file`, {
        agent: false,
        headers: { 'x-auth-token': fixture.token },
      }).end();
      const [response] = (await once(download, 'response')) as [IncomingMessage];
      await once(response, 'data');
      response.destroy();
    }
    await eventually(async () => {
      expect(await openFiles()).toBeLessThanOrEqual(before);
    });
  });
});

describe('the bytes of a deleted image', () => {
  it('are removed when it cannot be restored any more', async () => {
    const id = await fixture.activeImage(Buffer.from('bytes'));
    const { token } = fixture;
    await fixture.app.request('DELETE', `/image/v2/images/${id}`, { token, headers: {} });
    await eventually(async () => {
      expect(await fixture.filesOf(id)).toEqual([]);
    });
  });
});

const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
