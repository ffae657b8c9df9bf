import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** DELETE /v2.1/{tenant_id}/images/{image_id}: sections 2 and 10 of compute-v2.1. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';
const OTHER = 'bbbb0000bbbb0000bbbb0000bbbb0000';

let catalog: TestApp;
let token: string;

beforeAll(async () => {
  catalog = await startTestApp();
  token = await tokenFor(catalog, { tenant: TENANT, role: 'member' });
});

afterAll(() => catalog.close());

const remove = (path: string, as = token) =>
  catalog.request('DELETE', `/compute/v2.1${path}`, { token: as });

const statusOfShow = async (id: string) =>
  (await catalog.request('GET', `/v2.1/images/${id}`, { token })).status;

describe('204', () => {
  it.each(['/images', `/${TENANT}/images`])('deletes below %s, for good', async (path) => {
    const id = await storeImage(catalog, { owner: TENANT });
    const { status, text, headers } = await remove(`${path}/${id}`);
    expect(status).toBe(204);
    expect(text).toBe('');
    expect(headers['content-type']).toBeUndefined();
    expect(await statusOfShow(id)).toBe(404);
    expect((await remove(`${path}/${id}`)).status).toBe(404);
  });

  it.each(['queued', 'saving'] as const)('deletes an image that is still %s', async (status) => {
    const id = await storeImage(catalog, { owner: TENANT, status });
    expect((await remove(`/images/${id}`)).status).toBe(204);
    expect(await statusOfShow(id)).toBe(404);
  });

  it("lets an admin delete another tenant's image", async () => {
    const admin = await tokenFor(catalog, { tenant: OTHER, role: 'admin' });
    const id = await storeImage(catalog, { owner: TENANT });
    expect((await remove(`/images/${id}`, admin)).status).toBe(204);
  });
});

describe('400', () => {
  it('answers the project of somebody else in the path, and deletes nothing', async () => {
    const id = await storeImage(catalog, { owner: TENANT });
    expect((await remove(`/${OTHER}/images/${id}`)).status).toBe(400);
    expect(await statusOfShow(id)).toBe(200);
  });
});

describe('401', () => {
  it('answers requests without a valid token, and deletes nothing', async () => {
    const id = await storeImage(catalog, { owner: TENANT });
    expect((await catalog.request('DELETE', `/v2.1/images/${id}`)).status).toBe(401);
    expect(await statusOfShow(id)).toBe(200);
  });
});

describe('403', () => {
  it('protects a protected image, from admins too', async () => {
    const id = await storeImage(catalog, { owner: TENANT, isProtected: true });
    const admin = await tokenFor(catalog, { tenant: TENANT, role: 'admin' });
    expect((await remove(`/images/${id}`)).body.forbidden.code).toBe(403);
    expect((await remove(`/images/${id}`, admin)).status).toBe(403);
    expect(await statusOfShow(id)).toBe(200);
  });

  it('answers whoever sees the image but does not own it', async () => {
    const id = await storeImage(catalog, { owner: OTHER, visibility: 'public' });
    expect((await remove(`/images/${id}`)).status).toBe(403);
    expect(await statusOfShow(id)).toBe(200);
  });

  it('answers a reader of the owning project', async () => {
    const reader = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
    const id = await storeImage(catalog, { owner: TENANT });
    expect((await remove(`/images/${id}`, reader)).status).toBe(403);
  });

  it('answers a token without a project', async () => {
    const unscoped = await tokenFor(catalog, { tenant: null });
    const id = await storeImage(catalog, { owner: TENANT });
    expect((await remove(`/images/${id}`, unscoped)).status).toBe(403);
  });
});

describe('404', () => {
  it.each([
    ['an unknown id', `/images/${randomUUID()}`],
    ['an id that is too long', `/images/${randomUUID()}0`],
    ['no hexadecimal', '/images/!@$%25'],
    ['a negative number', '/images/-1'],
    ['a blank id', '/images/'],
    ['a blank id below a project', `/${TENANT}/images/`],
    ['the word "detail"', '/images/detail'],
  ])('answers %s', async (_what, path) => {
    const { status, body } = await remove(path);
    expect(status).toBe(404);
    expect(body.itemNotFound.code).toBe(404);
  });

  it("answers another tenant's private image in the words for a missing one", async () => {
    const id = await storeImage(catalog, { owner: OTHER, visibility: 'private' });
    const hidden = await remove(`/images/${id}`);
    expect(hidden.status).toBe(404);
    expect(hidden.text).toBe((await remove(`/images/${randomUUID()}`)).text);
  });
});
