import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { startTestApp, type Method, type TestApp } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** /v2.1/{tenant_id}/images/{image_id}/metadata[/{key}]: sections 8.4, 10 and 11 of compute-v2.1. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';
const OTHER = 'bbbb0000bbbb0000bbbb0000bbbb0000';
const STORED = {
  architecture: 'x86_64',
  auto_disk_config: 'True',
  kernel_id: 'nokernel',
  ramdisk_id: 'nokernel',
};

let catalog: TestApp;
let token: string;
let id: string;

beforeAll(async () => {
  catalog = await startTestApp();
  token = await tokenFor(catalog, { tenant: TENANT, role: 'member' });
});

beforeEach(async () => {
  id = await storeImage(catalog, { owner: TENANT, properties: STORED });
});

afterAll(() => catalog.close());

function send(method: Method, path: string, body?: unknown, as = token) {
  const url = `/compute/v2.1/images/${path.replace('{id}', id)}`;
  return catalog.request(method, url, { token: as, ...(body !== undefined && { body }) });
}

const metadata = async () => (await send('GET', '{id}/metadata')).body.metadata;

async function properties(image = id): Promise<Record<string, string>> {
  const row = await catalog.database.prisma.image.findUniqueOrThrow({ where: { id: image } });
  return row.properties as Record<string, string>;
}

describe('GET all', () => {
  it('shows every key', async () => {
    const { status, body } = await send('GET', '{id}/metadata');
    expect(status).toBe(200);
    expect(body).toEqual({ metadata: STORED });
  });

  it('is open to readers, below the project too', async () => {
    const reader = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
    const url = `/v2.1/${TENANT}/images/${id}/metadata`;
    expect((await catalog.request('GET', url, { token: reader })).body).toEqual({
      metadata: STORED,
    });
  });
});

describe('POST all', () => {
  it('merges, and shows the complete result with 200', async () => {
    const sent = { metadata: { kernel_id: 'False', Label: 'UpdatedImage' } };
    const { status, body } = await send('POST', '{id}/metadata', sent);
    expect(status).toBe(200);
    expect(body).toEqual({ metadata: { ...STORED, kernel_id: 'False', Label: 'UpdatedImage' } });
    expect(await metadata()).toEqual(body.metadata);
  });

  it('moves the time of the last update, even when it sets nothing', async () => {
    const before = (await catalog.request('GET', `/v2.1/images/${id}`, { token })).body.image;
    const { body } = await send('POST', '{id}/metadata', { metadata: {} });
    const after = (await catalog.request('GET', `/v2.1/images/${id}`, { token })).body.image;
    expect(body).toEqual({ metadata: STORED });
    expect(Date.parse(after.updated)).toBeGreaterThan(Date.parse(before.updated));
  });

  it('keeps values that the Image API stored longer than this API would', async () => {
    const description = 'x'.repeat(300);
    id = await storeImage(catalog, { owner: TENANT, properties: { description } });
    const { body } = await send('POST', '{id}/metadata', { metadata: { key: 'value' } });
    expect(body).toEqual({ metadata: { description, key: 'value' } });
  });

  it('loses no update when many write at once', async () => {
    const keys = Array.from({ length: 8 }, (_item, index) => `key${index}`);
    const replies = await Promise.all(
      keys.map((key) => send('POST', '{id}/metadata', { metadata: { [key]: 'x' } })),
    );
    expect(replies.map(({ status }) => status)).toEqual(keys.map(() => 200));
    expect(Object.keys(await metadata())).toEqual(expect.arrayContaining(keys));
  });
});

describe('PUT all', () => {
  it('replaces, and echoes the request', async () => {
    const sent = { metadata: { auto_disk_config: 'True', Label: 'Changed' } };
    const { status, body } = await send('PUT', '{id}/metadata', sent);
    expect(status).toBe(200);
    expect(body).toEqual(sent);
    expect(await metadata()).toEqual(sent.metadata);
  });

  it('clears everything that is shown; what is hidden stays', async () => {
    const hidden = { os_glance_import_task: 'x' };
    id = await storeImage(catalog, { owner: TENANT, properties: { ...STORED, ...hidden } });
    expect((await send('PUT', '{id}/metadata', { metadata: {} })).body).toEqual({ metadata: {} });
    expect(await metadata()).toEqual({});
    expect(await properties()).toEqual(hidden);
  });

  it('leaves base attributes and tags alone', async () => {
    const before = await catalog.request('GET', `/image/v2/images/${id}`, { token });
    await send('PUT', '{id}/metadata', { metadata: {} });
    const after = await catalog.request('GET', `/image/v2/images/${id}`, { token });
    const rest: Record<string, unknown> = { ...before.body, updated_at: after.body.updated_at };
    for (const key of Object.keys(STORED)) delete rest[key];
    expect(after.body).toEqual(rest);
  });

  it('stores JSON text for block devices and shows what it says', async () => {
    const text = '[{"device_name":"/dev/vda"}]';
    const sent = { metadata: { block_device_mapping: text } };
    expect((await send('PUT', '{id}/metadata', sent)).body).toEqual(sent);
    expect(await metadata()).toEqual({ block_device_mapping: [{ device_name: '/dev/vda' }] });
    expect(await properties()).toEqual({ block_device_mapping: text });
  });

  it.each([
    '',
    'text/plain',
    'application/vnd.openstack.compute+json',
    'Application/JSON; charset=utf-8',
  ])('takes the content type %j', async (type) => {
    const { status } = await catalog.request('PUT', `/v2.1/images/${id}/metadata`, {
      token,
      headers: { 'content-type': type },
      body: '{"metadata":{"key":"value"}}',
    });
    expect(status).toBe(200);
  });
});

describe('GET one', () => {
  it('shows the item', async () => {
    const { status, body } = await send('GET', '{id}/metadata/kernel_id');
    expect(status).toBe(200);
    expect(body).toEqual({ meta: { kernel_id: 'nokernel' } });
  });

  it.each(['unknown', 'Kernel_id', 'toString', '__proto__', 'name', 'os_glance_x', '%20'])(
    'answers the key %s with 404',
    async (key) => {
      const { status, body } = await send('GET', `{id}/metadata/${key}`);
      expect(status).toBe(404);
      expect(body.itemNotFound.code).toBe(404);
    },
  );
});

describe('PUT one', () => {
  it('sets the item and echoes it', async () => {
    const sent = { meta: { auto_disk_config: 'False' } };
    const { status, body } = await send('PUT', '{id}/metadata/auto_disk_config', sent);
    expect(status).toBe(200);
    expect(body).toEqual(sent);
    expect(await metadata()).toEqual({ ...STORED, auto_disk_config: 'False' });
  });

  it('takes every character that keys may have', async () => {
    const key = 'a Key_1:2.3-4';
    const path = `{id}/metadata/${encodeURIComponent(key)}`;
    expect((await send('PUT', path, { meta: { [key]: 'ü😀' } })).status).toBe(200);
    expect((await send('GET', path)).body).toEqual({ meta: { [key]: 'ü😀' } });
  });

  it.each(['none', 'None', '', ' '])('overlooks kernel_id %j', async (value) => {
    const { status } = await send('PUT', '{id}/metadata/kernel_id', { meta: { kernel_id: value } });
    expect(status).toBe(200);
    expect(await metadata()).toEqual(STORED);
  });
});

describe('DELETE one', () => {
  it('removes the key and nothing else', async () => {
    const { status, text } = await send('DELETE', '{id}/metadata/kernel_id');
    expect(status).toBe(204);
    expect(text).toBe('');
    const { kernel_id: _removed, ...others } = STORED;
    expect(await metadata()).toEqual(others);
  });

  it('answers 404 the second time', async () => {
    await send('DELETE', '{id}/metadata/kernel_id');
    expect((await send('DELETE', '{id}/metadata/kernel_id')).status).toBe(404);
  });

  it.each(['name', 'toString', 'os_glance_import_task'])('has no key %s', async (key) => {
    const stored = { os_glance_import_task: 'x' };
    id = await storeImage(catalog, { owner: TENANT, properties: stored });
    expect((await send('DELETE', `{id}/metadata/${key}`)).status).toBe(404);
    expect(await properties()).toEqual(stored);
  });
});

describe('400', () => {
  const long = 'x'.repeat(256);

  it.each([
    ['no body', undefined],
    ['an empty object', {}],
    ['a list', []],
    ['a wrong key', { meta: {} }],
    ['another top-level key', { metadata: {}, more: 1 }],
    ['metadata that is null', { metadata: null }],
    ['metadata that is a list', { metadata: [] }],
    ['a number', { metadata: { key: 1 } }],
    ['a boolean', { metadata: { key: true } }],
    ['null', { metadata: { key: null } }],
    ['an object', { metadata: { key: {} } }],
    ['a value that is too long', { metadata: { key: long } }],
    ['a key that is too long', { metadata: { [long]: 'x' } }],
    ['an empty key', { metadata: { '': 'x' } }],
    ['a key with a slash', { metadata: { 'a/b': 'x' } }],
    ['a key that is not ASCII', { metadata: { ü: 'x' } }],
    ['a key with a line feed', { metadata: { 'a\n': 'x' } }],
    ['U+0000', { metadata: { key: '\0' } }],
    ['half of a surrogate pair', '{"metadata":{"key":"\\ud800"}}'],
    ['text that is no JSON', '{"metadata":'],
    ['an empty body', ''],
  ])('answers %s, and changes nothing', async (_what, body) => {
    for (const method of ['POST', 'PUT'] as const) {
      const reply = await send(method, '{id}/metadata', body);
      expect(reply.status).toBe(400);
      expect(reply.body.badRequest.code).toBe(400);
    }
    expect(await metadata()).toEqual(STORED);
  });

  it.each(
    (
      'id name status size virtual_size min_ram min_disk created_at updated_at deleted deleted_at ' +
      'checksum os_hash_algo os_hash_value os_hidden owner visibility protected tags ' +
      'container_format disk_format file self schema stores locations direct_url'
    ).split(' '),
  )('answers the base attribute %s', async (key) => {
    const reply = await send('PUT', `{id}/metadata/${key}`, { meta: { [key]: 'x' } });
    expect(reply.status).toBe(400);
  });

  it.each([
    ['no entry', { meta: {} }],
    ['two entries', { meta: { key: 'a', other: 'b' } }],
    ['another key than the path', { meta: { other: 'b' } }],
    ['the wrong envelope', { metadata: { key: 'a' } }],
    ['another top-level key', { meta: { key: 'a' }, more: 1 }],
  ])('answers an item with %s', async (_what, body) => {
    expect((await send('PUT', '{id}/metadata/key', body)).status).toBe(400);
  });

  it('answers the project of somebody else in the path', async () => {
    const url = `/v2.1/${OTHER}/images/${id}/metadata`;
    expect((await catalog.request('GET', url, { token })).status).toBe(400);
  });

  it('overlooks other top-level keys on the alias /v2', async () => {
    const { status } = await catalog.request('PUT', `/compute/v2/images/${id}/metadata`, {
      token,
      body: { metadata: {}, more: 1 },
    });
    expect(status).toBe(200);
  });
});

describe('401', () => {
  it('answers requests without a valid token, before the body is looked at', async () => {
    const url = `/v2.1/images/${id}/metadata`;
    const { status } = await catalog.request('PUT', url, { body: 'x'.repeat(200_000) });
    expect(status).toBe(401);
  });
});

describe('403', () => {
  it('answers the 129th property, on POST, PUT and PUT of one; 128 are fine', async () => {
    const full = Object.fromEntries(
      Array.from({ length: 128 }, (_item, index) => [`key${index}`, 'x']),
    );
    expect((await send('PUT', '{id}/metadata', { metadata: full })).status).toBe(200);
    const more = await send('POST', '{id}/metadata', { metadata: { more: 'x' } });
    expect(more.status).toBe(403);
    expect(more.body.forbidden.code).toBe(403);
    const item = await send('PUT', '{id}/metadata/more', { meta: { more: 'x' } });
    expect(item.status).toBe(403);
    const all = await send('PUT', '{id}/metadata', { metadata: { ...full, more: 'x' } });
    expect(all.status).toBe(403);
    expect(await metadata()).toEqual(full);
  });

  it.each([
    ['POST', '{id}/metadata', { metadata: {} }],
    ['PUT', '{id}/metadata', { metadata: {} }],
    ['PUT', '{id}/metadata/kernel_id', { meta: { kernel_id: 'x' } }],
    ['DELETE', '{id}/metadata/kernel_id', undefined],
  ] as const)('answers %s %s to those who only see the image', async (method, path, body) => {
    const reader = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
    expect((await send(method, path, body, reader)).status).toBe(403);
    id = await storeImage(catalog, { owner: OTHER, visibility: 'public', properties: STORED });
    expect((await send(method, path, body)).status).toBe(403);
    expect(await properties()).toEqual(STORED);
  });

  it('answers writes with a token without a project, but reads with 404', async () => {
    const unscoped = await tokenFor(catalog, { tenant: null });
    const write = await send('POST', '{id}/metadata', { metadata: {} }, unscoped);
    expect(write.status).toBe(403);
    expect((await send('GET', '{id}/metadata', undefined, unscoped)).status).toBe(404);
  });

  it.each(['os_glance_x', 'location'])('answers the reserved name %s', async (key) => {
    const reply = await send('POST', '{id}/metadata', { metadata: { [key]: 'x' } });
    expect(reply.status).toBe(403);
  });

  it('is not for protected images: only deletion is', async () => {
    id = await storeImage(catalog, { owner: TENANT, isProtected: true });
    const { status } = await send('POST', '{id}/metadata', { metadata: { key: 'value' } });
    expect(status).toBe(200);
  });
});

describe('404', () => {
  it.each([
    ['GET', 'metadata', undefined],
    ['POST', 'metadata', { metadata: { key: 'x' } }],
    ['PUT', 'metadata', { metadata: { key: 'x' } }],
    ['GET', 'metadata/key', undefined],
    ['PUT', 'metadata/key', { meta: { key: 'x' } }],
    ['DELETE', 'metadata/key', undefined],
  ] as const)('answers %s %s of an unknown or invisible image', async (method, path, body) => {
    const invisible = await storeImage(catalog, { owner: OTHER, properties: { key: 'value' } });
    for (const image of [randomUUID(), invisible, '-1']) {
      expect((await send(method, `${image}/${path}`, body)).status).toBe(404);
    }
    expect(await properties(invisible)).toEqual({ key: 'value' });
  });

  it('answers a trailing slash', async () => {
    expect((await send('GET', '{id}/metadata/')).status).toBe(404);
    expect((await send('GET', '{id}/metadata/kernel_id/')).status).toBe(404);
  });
});

describe('405', () => {
  it.each([
    ['PATCH', 'metadata', 'GET, POST, PUT'],
    ['DELETE', 'metadata', 'GET, POST, PUT'],
    ['HEAD', 'metadata', 'GET, POST, PUT'],
    ['POST', 'metadata/key', 'DELETE, GET, PUT'],
  ] as const)('answers %s %s with what is allowed', async (method, path, allowed) => {
    const { status, headers } = await send(method, `{id}/${path}`);
    expect(status).toBe(405);
    expect(headers['allow']).toBe(allowed);
  });
});

describe('413', () => {
  const body = (bytes: number) => {
    const empty = JSON.stringify({ metadata: { key: '' } });
    return JSON.stringify({ metadata: { key: 'x'.repeat(bytes - empty.length) } });
  };

  it('answers a body over 114688 bytes', async () => {
    const reply = await send('POST', '{id}/metadata', body(114_689));
    expect(reply.status).toBe(413);
    expect(reply.body.overLimit.code).toBe(413);
  });

  it('reads a body of 114688 bytes', async () => {
    expect((await send('POST', '{id}/metadata', body(114_688))).status).toBe(400);
  });

  it('counts a body of undeclared length while it reads', async () => {
    const origin = await catalog.listen();
    const url = `${origin}/v2.1/images/${id}/metadata`;
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'x-auth-token': token, 'content-type': 'application/json' };
      const sending = request(url, { method: 'PUT', headers, agent: false }, resolve);
      sending.on('error', reject);
      for (let sent = 0; sent < 200_000; sent += 10_000) sending.write(' '.repeat(10_000));
      sending.end();
    });
    reply.resume();
    expect(reply.statusCode).toBe(413);
  });
});

describe('415', () => {
  it.each(['application/xml', 'text/html', 'application/x-www-form-urlencoded', 'json'])(
    'answers the content type %s',
    async (type) => {
      const { status, body } = await catalog.request('POST', `/v2.1/images/${id}/metadata`, {
        token,
        headers: { 'content-type': type },
        body: '{"metadata":{}}',
      });
      expect(status).toBe(415);
      expect(body.badMediaType.code).toBe(415);
    },
  );

  it('answers a compressed body', async () => {
    const { status } = await catalog.request('POST', `/v2.1/images/${id}/metadata`, {
      token,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: '{"metadata":{}}',
    });
    expect(status).toBe(415);
  });
});
