import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchange } from '../../support/raw-http.js';
import { eventually, ImageDataFixture } from '../../support/image-data.js';
import { ResumableUploadCalls } from '../../support/resumable-uploads.js';

let fixture: ImageDataFixture;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({
    CATALOG_JSON_BODY_TIMEOUT: '1s',
    CATALOG_UPLOAD_SILENCE: '1s',
  });
});

afterAll(() => fixture.close());

const send = async (...lines: readonly string[]) => {
  const [first = '', ...rest] = lines;
  const head = [`${first} HTTP/1.1`, 'Host: x', `X-Auth-Token: ${fixture.token}`, ...rest];
  return exchange(await fixture.app.listen(), head.join('\r\n'));
};

describe('408 Request Timeout', () => {
  it.each(['/image/v2/images', '/v2/images'])(
    'is the answer to a JSON body that does not come, for POST %s',
    async (path) => {
      const reply = await send(`POST ${path}`, 'Content-Length: 40', '', '{"name":');
      expect(reply.status).toBe(408);
      expect(reply.headers.get('connection')).toBe('close');
      expect(reply.text).toMatch(/body is incomplete/);
    },
  );

  it.each(['file', 'stage'])('is the answer to a %s of which nothing comes', async (part) => {
    const id = await fixture.createImage();
    const reply = await send(
      `PUT /image/v2/images/${id}/${part}`,
      'Content-Type: application/octet-stream',
      'Transfer-Encoding: chunked',
      '',
      '5\r\nfirst\r\n',
    );
    expect(reply.status).toBe(408);
    expect(reply.headers.get('connection')).toBe('close');
    await eventually(async () => {
      expect(await fixture.show(id)).toMatchObject({ status: 'queued', size: null });
      expect(await fixture.filesOf(id)).toEqual([]);
    });
    expect((await fixture.upload(id, 'again')).status).toBe(204);
  });

  it('is the answer to a part of which nothing more comes; what came is kept', async () => {
    const uploads = new ResumableUploadCalls(fixture);
    const path = await uploads.begun(await fixture.createImage(), 10);
    const reply = await send(
      `PATCH ${path}`,
      'Tus-Resumable: 1.0.0',
      'Content-Type: application/offset+octet-stream',
      'Upload-Offset: 0',
      'Content-Length: 10',
      '',
      'first',
    );
    expect(reply.status).toBe(408);
    await eventually(async () => {
      expect(await uploads.offset(path)).toBe(5);
    });
    expect((await uploads.send(path, 5, Buffer.from('other'))).status).toBe(204);
  });
});
