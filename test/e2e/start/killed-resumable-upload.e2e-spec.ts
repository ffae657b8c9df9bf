import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { SweepImageData } from '../../../src/images/application/sweep-image-data.js';
import { ADMIN_PASSWORD } from '../../support/identity.js';
import { eventually, ImageDataFixture, md5 } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { ResumableUploadCalls, TUS } from '../../support/resumable-uploads.js';
import { Sandbox } from '../../support/sandbox.js';

const PART = 16 * 1024 * 1024;
const BYTES = randomBytes(2 * PART);
const PATIENCE_MS = 60_000;

const sandbox = new Sandbox();
let fixture: ImageDataFixture;

beforeAll(async () => {
  fixture = await ImageDataFixture.start();
});

afterAll(async () => {
  await sandbox.close();
  await fixture.close();
});

it('goes on at another replica where a killed one had stored the last part', async () => {
  const uploads = new ResumableUploadCalls(fixture);
  const killed = sandbox.start({
    DATABASE_URL: fixture.app.databaseUrl,
    CATALOG_DATA_DIR: fixture.directory,
    CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
  });
  const origin = await killed.listening();
  const id = await fixture.createImage();
  const path = await uploads.begun(id, BYTES.length);
  const outgoing = request(`${origin}${path}`, {
    method: 'PATCH',
    headers: {
      ...TUS,
      'x-auth-token': fixture.token,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': String(BYTES.length),
    },
  });
  outgoing.on('error', () => undefined);
  outgoing.write(BYTES.subarray(0, PART + 1_000_000));
  await eventually(async () => {
    expect(await uploads.offset(path)).toBe(PART);
    expect(await fixture.filesOf(id)).toHaveLength(2);
  }, PATIENCE_MS);
  killed.send('SIGKILL');
  await killed.exit();

  const rest = BYTES.subarray(PART);
  expect((await uploads.send(path, PART, rest)).status).toBe(409);
  await fixture.app.database.pool.query(
    `UPDATE image_uploads SET heartbeat_at = now() - interval '31 seconds' WHERE image_id = $1`,
    [id],
  );
  await fixture.app.app.get(SweepImageData, { strict: false }).execute();
  expect((await uploads.send(path, PART, rest)).status).toBe(204);
  const { image } = await new Imports(fixture).ended(id);
  expect(image).toMatchObject({ status: 'active', checksum: md5(BYTES) });
  await eventually(async () => {
    await fixture.app.app.get(SweepImageData, { strict: false }).execute();
    expect(await fixture.filesOf(id)).toHaveLength(1);
  }, PATIENCE_MS);
});
