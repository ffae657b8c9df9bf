import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { namespacesOf, useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const text = { type: 'string', title: 'T' };
const contents = {
  resource_type_associations: [{ name: 'OS::Nova::Flavor', prefix: 'hw:' }],
  properties: { p: text },
  objects: [{ name: 'o' }],
  tags: [{ name: 't' }],
};

/** Every route into a namespace: what it is for, and a body that it accepts. */
const READS: readonly string[] = [
  '',
  '/resource_types',
  '/properties',
  '/properties/p',
  '/objects',
  '/objects/o',
  '/tags',
  '/tags/t',
];
const WRITES: readonly (readonly [Method, string, unknown])[] = [
  ['PUT', '', { namespace: 'renamed' }],
  ['POST', '/resource_types', { name: 'OS::Nova::Server' }],
  ['POST', '/properties', { name: 'q', ...text }],
  ['PUT', '/properties/p', { name: 'p', ...text }],
  ['POST', '/objects', { name: 'q' }],
  ['PUT', '/objects/o', { name: 'o' }],
  ['POST', '/tags', { tags: [] }],
  ['POST', '/tags/q', undefined],
  ['PUT', '/tags/t', { name: 't' }],
];
const DELETES: readonly string[] = [
  '/resource_types/OS::Nova::Flavor',
  '/properties/p',
  '/properties',
  '/objects/o',
  '/objects',
  '/tags/t',
  '/tags',
  '',
];
const ALL: readonly (readonly [Method, string, unknown])[] = [
  ...READS.map((path) => ['GET', path, undefined] as const),
  ...WRITES,
  ...DELETES.map((path) => ['DELETE', path, undefined] as const),
];

let shared: string;
let hidden: string;

beforeAll(async () => {
  shared = await api.namespace(contents);
  hidden = await api.privateNamespace(contents);
});

const status = async (
  method: Method,
  path: string,
  body: unknown,
  token: string | null,
): Promise<number> => (await api.request(method, path, { body, token })).status;

describe.each(ALL)('%s of a namespace%s', (method, path, body) => {
  it('needs a token', async () => {
    const reply = await api.request(method, `/${shared}${path}`, { body, token: null });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(/^Keystone uri="/);
  });

  it('tells a stranger of a private namespace exactly what it tells of a missing one', async () => {
    for (const token of [api.stranger.reader, api.stranger.member]) {
      const options = { body, token, headers: { accept: 'application/json' } };
      const [actual, missing] = await Promise.all([
        api.request(method, `/${hidden}${path}`, options),
        api.request(method, `/missing${path}`, options),
      ]);
      expect(actual.status).toBe(404);
      expect(actual.text.replaceAll(hidden, 'missing')).toBe(missing.text);
    }
  });

  it('is refused without the role reader', async () => {
    expect(await status(method, `/${shared}${path}`, body, api.noRole)).toBe(403);
    expect(await status(method, `/${hidden}${path}`, body, api.noRole)).toBe(403);
  });
});

describe.each(READS)('reading a namespace%s', (path) => {
  it('is for everybody when it is public, and for the owner when it is private', async () => {
    for (const token of [api.stranger.reader, api.stranger.member, api.owner.reader, api.admin]) {
      expect(await status('GET', `/${shared}${path}`, undefined, token)).toBe(200);
    }
    for (const token of [api.owner.reader, api.owner.member, api.admin]) {
      expect(await status('GET', `/${hidden}${path}`, undefined, token)).toBe(200);
    }
  });
});

describe.each([...WRITES, ...DELETES.map((path) => ['DELETE', path, undefined] as const)])(
  '%s of a namespace%s',
  (method, path, body) => {
    it('is refused to all but admins who see it', async () => {
      for (const token of [api.owner.reader, api.owner.member]) {
        expect(await status(method, `/${hidden}${path}`, body, token)).toBe(403);
      }
      for (const token of [api.stranger.reader, api.stranger.member, api.owner.member]) {
        expect(await status(method, `/${shared}${path}`, body, token)).toBe(403);
      }
    });

    it('has changed nothing by then', async () => {
      const { body: shown } = await api.get(`/${shared}`);
      expect(shown).toMatchObject({ namespace: shared, properties: { p: text } });
      expect(shown.tags).toEqual(contents.tags);
    });
  },
);

describe.each(DELETES)('deleting %s in a protected namespace', (path) => {
  it('is refused to admins too', async () => {
    const namespace = await api.namespace({ ...contents, protected: true });
    expect(await status('DELETE', `/${namespace}${path}`, undefined, api.admin)).toBe(403);
    const { body } = await api.get(`/${namespace}`);
    expect(body).toMatchObject({ properties: { p: text }, tags: contents.tags });
    expect(body.objects).toHaveLength(1);
    expect(body.resource_type_associations).toHaveLength(1);
  });
});

describe('creating a namespace', () => {
  it('is for admins alone', async () => {
    for (const token of [api.owner.reader, api.owner.member, api.noRole]) {
      const reply = await api.post('', { namespace: 'mine' }, { token });
      expect(reply.status).toBe(403);
    }
    expect((await api.post('', { namespace: 'mine' }, { token: null })).status).toBe(401);
    expect((await api.get('/mine')).status).toBe(404);
  });
});

describe('lists', () => {
  it.each(['namespaces', 'resource_types'])(
    'of %s need a token and the role reader',
    async (name) => {
      const url = `/image/v2/metadefs/${name}`;
      expect((await api.requestAt('GET', url, { token: null })).status).toBe(401);
      expect((await api.requestAt('GET', url, { token: api.noRole })).status).toBe(403);
      expect((await api.requestAt('GET', url, { token: api.stranger.reader })).status).toBe(200);
    },
  );

  it('of namespaces show what the caller may show', async () => {
    const names = async (token: string): Promise<string[]> => {
      const { body } = await api.get('?limit=1000', { token });
      return namespacesOf(body);
    };
    expect(await names(api.owner.reader)).toEqual(expect.arrayContaining([shared, hidden]));
    expect(await names(api.stranger.member)).toContain(shared);
    expect(await names(api.stranger.member)).not.toContain(hidden);
    expect(await names(api.admin)).toEqual(expect.arrayContaining([shared, hidden]));
  });
});

describe('other methods', () => {
  it.each([
    ['', 'GET, POST'],
    ['/n', 'DELETE, GET, PUT'],
    ['/n/resource_types', 'GET, POST'],
    ['/n/resource_types/OS::A', 'DELETE'],
    ['/n/properties', 'DELETE, GET, POST'],
    ['/n/properties/p', 'DELETE, GET, PUT'],
    ['/n/objects', 'DELETE, GET, POST'],
    ['/n/objects/o', 'DELETE, GET, PUT'],
    ['/n/tags', 'DELETE, GET, POST'],
    ['/n/tags/t', 'DELETE, GET, POST, PUT'],
  ])('on %s are answered with 405 and those that there are', async (path, allow) => {
    for (const method of ['PATCH', 'HEAD', 'OPTIONS'] as const) {
      const reply = await api.request(method, path);
      expect(reply.status).toBe(405);
      expect(reply.headers['allow']).toBe(allow);
    }
  });

  it('do not exist below, and neither does a trailing slash', async () => {
    for (const path of ['/', '/n/', '/n/tags/', '/n/tags/t/x', '/n/unknown']) {
      expect((await api.get(path)).status).toBe(404);
    }
  });
});

describe('a body where none belongs', () => {
  it.each([
    ...READS.map((path) => ['GET', path] as const),
    ['POST', '/tags/q'] as const,
    ...DELETES.map((path) => ['DELETE', path] as const),
  ])('on %s of a namespace%s is answered with 400', async (method, path) => {
    const namespace = await api.namespace(contents);
    expect(await status(method, `/${namespace}${path}`, {}, api.admin)).toBe(400);
  });
});

describe('a body of more than 1 MiB', () => {
  it.each(WRITES.filter(([, , body]) => body !== undefined))(
    'on %s of a namespace%s is answered with 413',
    async (method, path, body) => {
      const large = { ...(body as object), description: 'x'.repeat(1_048_577) };
      expect(await status(method, `/${shared}${path}`, large, api.admin)).toBe(413);
    },
  );
});

describe('text that cannot be stored', () => {
  it('names nothing in a path', async () => {
    for (const path of ['/%00', '/n/tags/a%00b', '/n/resource_types/%00']) {
      expect((await api.delete(path)).status).toBe(404);
    }
    expect([400, 404]).toContain((await api.get('/%ff')).status);
  });

  it('is refused in a query and in a body', async () => {
    for (const query of ['?marker=%00', '?resource_types=%00', '?limit=%ff', '?marker=%zz']) {
      expect((await api.get(query)).status).toBe(400);
    }
    expect((await api.post('', { namespace: 'a\0' })).status).toBe(400);
    expect((await api.post('', '{"namespace": "\\ud800"}')).status).toBe(400);
  });
});
