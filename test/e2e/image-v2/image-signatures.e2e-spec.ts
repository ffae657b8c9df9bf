import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateOf } from '../../support/certificates.js';
import { eventually, ImageDataFixture, md5 } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';

const BYTES = Buffer.alloc(200_000, 'signed bytes ');
const ALTERED = Buffer.from(BYTES).fill('x', 100_000, 100_001);
const REASON = 'The data is not what the image signature was made for.';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const CERTIFICATE_ID = randomUUID();
const SIGNED = {
  img_signature: sign('sha256', BYTES, privateKey).toString('base64'),
  img_signature_hash_method: 'SHA-256',
  img_signature_key_type: 'ECC_SECP384R1',
  img_signature_certificate_uuid: CERTIFICATE_ID,
};

let certificates: string;
let fixture: ImageDataFixture;
let imports: Imports;
let source: SourceServer;
beforeAll(async () => {
  certificates = await mkdtemp(join(tmpdir(), 'catalog-certificates-'));
  await writeFile(join(certificates, `${CERTIFICATE_ID}.pem`), certificateOf(publicKey));
  const directory = join(certificates, 'images');
  fixture = await ImageDataFixture.start({
    ...MAY_DOWNLOAD_HERE,
    CATALOG_SIGNATURE_CERTIFICATES_DIR: certificates,
    CATALOG_LOCATION_HASHING: 'off',
    CATALOG_STORES: JSON.stringify([
      { id: 'local', driver: 'filesystem', path: directory, default: true },
      { id: 'web', driver: 'http' },
    ]),
  });
  imports = new Imports(fixture);
  source = await SourceServer.start();
});
afterAll(async () => {
  await source.close();
  await fixture.close();
  await rm(certificates, { recursive: true });
});

const signedImage = (change: object = {}) => fixture.createImage({ ...SIGNED, ...change });
const statusOf = async (id: string) => (await fixture.show(id)).status;

async function expectNothing(id: string): Promise<void> {
  const nothing = { status: 'queued', size: null, checksum: null, os_hash_value: null };
  expect(await fixture.show(id)).toMatchObject(nothing);
  expect((await fixture.download(id)).status).toBe(204);
  expect(await fixture.filesOf(id)).toEqual([]);
}

describe('PUT /v2/images/{image_id}/file of a signed image', () => {
  it('204 No Content is the answer to the bytes that were signed', async () => {
    const id = await signedImage();
    expect((await fixture.upload(id, BYTES)).status).toBe(204);
    expect(await fixture.show(id)).toMatchObject({ status: 'active', checksum: md5(BYTES) });
  });

  it('400 Bad Request is the answer to others; the image is queued and no byte stays', async () => {
    const id = await signedImage();
    const { status, text } = await fixture.upload(id, ALTERED);
    expect([status, text]).toEqual([400, expect.stringContaining(REASON)]);
    await expectNothing(id);
    expect((await fixture.upload(id, BYTES)).status).toBe(204);
  });

  it.each([
    ['an unknown certificate', { img_signature_certificate_uuid: randomUUID() }],
    ['a path in place of one', { img_signature_certificate_uuid: `../${CERTIFICATE_ID}` }],
    ['a weak hash', { img_signature_hash_method: 'MD5' }],
    ['another type of key', { img_signature_key_type: 'RSA-PSS' }],
  ])('400 Bad Request is the answer to %s', async (_what, change) => {
    const id = await signedImage(change);
    expect((await fixture.upload(id, BYTES)).status).toBe(400);
    await expectNothing(id);
  });

  it('is like any other while the signature is not complete', async () => {
    const { img_signature: _left, ...rest } = SIGNED;
    const id = await fixture.createImage(rest);
    expect((await fixture.upload(id, ALTERED)).status).toBe(204);
  });
});

describe('POST /v2/images/{image_id}/import of a signed image', () => {
  it('makes it active with the bytes that were signed, and fails with others', async () => {
    const url = source.serve('/good', BYTES);
    const good = await signedImage();
    await imports.download(good, url);
    expect((await imports.ended(good)).image.status).toBe('active');
    const bad = await signedImage();
    await imports.download(bad, source.serve('/bad', ALTERED));
    expect(await imports.failed(bad)).toBe(REASON);
    const staged = await signedImage();
    expect((await fixture.stage(staged, ALTERED)).status).toBe(204);
    await imports.direct(staged);
    expect(await imports.failed(staged)).toBe(REASON);
  });
});

describe('POST /v2/images/{image_id}/locations of a signed image', () => {
  it('reads the bytes first, whatever the deployment does otherwise', async () => {
    const add = async (path: string, bytes: Buffer) => {
      const id = await signedImage();
      const { token } = fixture;
      const body = { url: source.serve(path, bytes) };
      const address = `/image/v2/images/${id}/locations`;
      expect((await fixture.app.request('POST', address, { token, body })).status).toBe(202);
      return id;
    };
    const good = await add('/good', BYTES);
    const bad = await add('/bad', ALTERED);
    expect((await imports.ended(good)).image.status).toBe('active');
    expect((await imports.ended(bad)).task.message).toBe(REASON);
    await eventually(async () => {
      expect(await statusOf(bad)).toBe('queued');
    });
  });
});
