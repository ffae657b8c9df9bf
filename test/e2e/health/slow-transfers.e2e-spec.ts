import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { eventually, ImageDataFixture, OCTETS } from '../../support/image-data.js';

const UPLOADS = 15;
const DOWNLOADS = 15;
const IMAGE = Buffer.alloc(16 * 1024 * 1024, 'x');

let fixture: ImageDataFixture;
let origin: string;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({
    CATALOG_DATABASE_POOL_SIZE: '2',
    CATALOG_TENANT_UPLOAD_QUOTA: String(UPLOADS),
  });
  origin = await fixture.app.listen();
});

afterAll(() => fixture.close());

const at = (id: string, method: string): ClientRequest =>
  request(`${origin}/image/v2/images/${id}/file`, {
    method,
    agent: false,
    headers: { ...OCTETS, 'x-auth-token': fixture.token },
  });

/** An upload whose client pauses after its first bytes, until it is told to go on. */
async function slowUpload() {
  const id = await fixture.createImage();
  const upload = at(id, 'PUT');
  const answer = once(upload, 'response') as Promise<[IncomingMessage]>;
  upload.write('first');
  await eventually(async () => expect((await fixture.show(id)).status).toBe('saving'), 60_000);
  return async (): Promise<number | undefined> => {
    upload.end('rest');
    return (await answer)[0].resume().statusCode;
  };
}

/** A download whose client reads nothing, until it is told to go on. @returns what tells how many bytes came */
async function slowDownload(id: string) {
  const [reply] = (await once(at(id, 'GET').end(), 'response')) as [IncomingMessage];
  return async (): Promise<number> => {
    let bytes = 0;
    for await (const chunk of reply) bytes += (chunk as Buffer).length;
    return bytes;
  };
}

describe('while far more clients transfer slowly than the database has connections', () => {
  it('no connection is held for them, and all transfers end well', async () => {
    const id = await fixture.activeImage(IMAGE);
    const uploads = await Promise.all(Array.from({ length: UPLOADS }, slowUpload));
    const downloads = await Promise.all(Array.from({ length: DOWNLOADS }, () => slowDownload(id)));

    const { pool } = fixture.app.database;
    await eventually(async () => {
      // Besides the renewals of leases, which come now and then.
      await Promise.resolve();
      expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]);
    });
    const lists = Array.from({ length: 10 }, () =>
      fixture.app.request('GET', '/image/v2/images', { token: fixture.token }),
    );
    expect((await Promise.all(lists)).map(({ status }) => status)).toEqual(lists.map(() => 200));

    expect(await Promise.all(uploads.map((finish) => finish()))).toEqual(uploads.map(() => 204));
    expect(await Promise.all(downloads.map((read) => read()))).toEqual(
      downloads.map(() => IMAGE.length),
    );
  });
});
