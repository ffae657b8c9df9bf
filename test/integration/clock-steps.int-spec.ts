import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newImageDataKey } from '../../src/images/application/image-data-key.js';
import { ImageDataRepository } from '../../src/images/application/ports/image-data.repository.js';
import { SweepImageData } from '../../src/images/application/sweep-image-data.js';
import { ImageDataFixture } from '../support/image-data.js';

const DAY_MS = 24 * 60 * 60_000;
const quotas = { bytes: -1, stagedBytes: -1, uploads: 20 };

let fixture: ImageDataFixture;

beforeAll(async () => {
  fixture = await ImageDataFixture.start();
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => fixture.close());

describe('a lease', () => {
  it.each([
    ['forward', DAY_MS],
    ['back', -DAY_MS],
  ])('lives by the clock of the database: that of the process may step %s', async (_way, step) => {
    const repository = fixture.app.app.get(ImageDataRepository, { strict: false });
    const imageId = await fixture.createImage();
    const upload = {
      imageId,
      uploadId: randomUUID(),
      kind: 'saving' as const,
      storeId: 'local',
      key: newImageDataKey(imageId),
      reservedBytes: 0n,
    };
    await repository.beginUpload(upload, quotas);
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + step);

    await fixture.app.app.get(SweepImageData, { strict: false }).execute();
    expect(await repository.renewUpload(upload)).toBe('held');
    expect((await fixture.show(imageId)).status).toBe('saving');
  });
});

describe('the time of the last change', () => {
  it('is never before that of the creation, though the clock was set back in between', async () => {
    const id = await fixture.createImage();
    const future = `now() + interval '1 day'`;
    await fixture.app.asOwner(
      `UPDATE images SET created_at = ${future}, updated_at = ${future} WHERE id = '${id}'`,
    );
    const changes = [
      ['PATCH', '', [{ op: 'replace', path: '/name', value: 'new' }]],
      ['PUT', '/tags/new', undefined],
    ] as const;
    for (const [method, path, body] of changes) {
      const reply = await fixture.app.request(method, `/image/v2/images/${id}${path}`, {
        token: fixture.token,
        body,
        headers:
          body === undefined
            ? {}
            : { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      });
      expect([200, 204]).toContain(reply.status);
      const { created_at: created, updated_at: updated } = await fixture.show(id);
      expect(Date.parse(updated)).toBeGreaterThanOrEqual(Date.parse(created));
    }
    expect((await fixture.upload(id, 'bytes')).status).toBe(204);
    const { created_at: created, updated_at: updated } = await fixture.show(id);
    expect(Date.parse(updated)).toBeGreaterThanOrEqual(Date.parse(created));
  });
});
