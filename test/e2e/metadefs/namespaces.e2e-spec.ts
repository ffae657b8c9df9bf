import { describe, expect, it } from '@jest/globals';
import { unique } from '../../support/identity.js';
import {
  belowNamespaces,
  namespacesOf,
  statusesOf,
  useMetadefApi,
} from '../../support/metadef-api.js';

const api = useMetadefApi();

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const dates = { created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) };
const text = { type: 'string', title: 'T' };
const contents = {
  resource_type_associations: [
    { name: 'OS::Glance::Image', prefix: 'hw_' },
    { name: 'OS::Nova::Flavor', prefix: 'hw:', properties_target: 'extra' },
  ],
  properties: {
    cores: { ...text, description: 'D', enum: ['a', 'b'], operators: ['<or>'], default: 'a' },
  },
  objects: [{ name: 'limits', description: 'L', required: ['max'], properties: { max: text } }],
  tags: [{ name: 'one' }, { name: 'two' }],
};
describe('POST /v2/metadefs/namespaces', () => {
  describe('201', () => {
    it('creates a namespace with the defaults, for the project of the caller', async () => {
      const namespace = unique('OS::Test');
      const reply = await api.post('', { namespace }, { headers: { host: 'cloud.example' } });
      expect(reply.status).toBe(201);
      expect(reply.headers['location']).toBe(
        `http://cloud.example/image/v2/metadefs/namespaces/${namespace}`,
      );
      expect(reply.body).toEqual({
        namespace,
        visibility: 'private',
        protected: false,
        owner: expect.stringMatching(/^[0-9a-f]{32}$/),
        self: `/v2/metadefs/namespaces/${namespace}`,
        schema: '/v2/schemas/metadefs/namespace',
        ...dates,
      });
      expect((await api.get(`/${namespace}`)).body).toEqual(reply.body);
    });

    it('creates everything inside along with it', async () => {
      const namespace = unique('OS::Test');
      const fields = {
        display_name: 'N',
        description: 'D',
        visibility: 'public',
        protected: true,
        owner: 'o',
      };
      const reply = await api.post('', { namespace, ...fields, ...contents });
      expect(reply.status).toBe(201);
      expect(reply.body).toMatchObject({ namespace, ...fields, ...contents });
      const shown = await api.get(`/${namespace}`);
      expect(shown.body).toEqual(reply.body);
      expect(shown.body.resource_type_associations[0]).toEqual({
        ...contents.resource_type_associations[0],
        ...dates,
      });
      expect(shown.body.objects[0]).toEqual({
        ...contents.objects[0],
        self: `/v2/metadefs/namespaces/${namespace}/objects/limits`,
        schema: '/v2/schemas/metadefs/object',
        ...dates,
      });
    });

    it('takes names of any characters, which work as one segment of a path', async () => {
      const namespace = `${unique('a/b?c#d%')} é🗄 __proto__`;
      const reply = await api.post('', { namespace });
      expect(reply.status).toBe(201);
      const path = belowNamespaces(reply.body.self);
      expect((await api.get(path)).body).toEqual(reply.body);
      expect((await api.delete(path)).status).toBe(204);
    });

    it('points to the root when it was asked there', async () => {
      const namespace = unique('OS::Test');
      const reply = await api.requestAt('POST', '/v2/metadefs/namespaces', {
        body: { namespace },
        headers: { host: 'cloud.example' },
      });
      expect(reply.headers['location']).toBe(
        `http://cloud.example/v2/metadefs/namespaces/${namespace}`,
      );
    });
  });

  describe('400', () => {
    it.each([
      ['no body', undefined],
      ['no JSON', '{'],
      ['a list', []],
      ['text', '"namespace"'],
      ['no name', {}],
      ['an empty name', { namespace: '' }],
      ['a name of 81 characters', { namespace: 'n'.repeat(81) }],
      ['another visibility', { namespace: 'n', visibility: 'shared' }],
      ['an unknown key', { namespace: 'n', surprise: 1 }],
      ['a null', { namespace: 'n', display_name: null }],
      [
        'a property of an unknown type',
        { namespace: 'n', properties: { p: { title: 'T', type: 'text' } } },
      ],
      ['an object without a name', { namespace: 'n', objects: [{}] }],
    ])('answers a body with %s', async (_name, body) => {
      expect((await api.post('', body)).status).toBe(400);
    });
  });

  describe('403', () => {
    it.each(['self', 'schema', 'created_at', 'updated_at'])('refuses to set %s', async (key) => {
      expect((await api.post('', { namespace: 'n', [key]: 'x' })).status).toBe(403);
    });
  });

  describe('409', () => {
    it('refuses a name that is taken, even by a namespace that the caller owns', async () => {
      const namespace = await api.privateNamespace();
      expect((await api.post('', { namespace })).status).toBe(409);
    });

    it.each([
      ['tags', { tags: [{ name: 'a' }, { name: 'a' }] }],
      ['objects', { objects: [{ name: 'a' }, { name: 'a' }] }],
      ['resource types', { resource_type_associations: [{ name: 'OS::A' }, { name: 'OS::A' }] }],
    ])('refuses %s that occur twice, and creates nothing', async (_name, twice) => {
      const namespace = unique('OS::Test');
      expect((await api.post('', { namespace, ...twice })).status).toBe(409);
      expect((await api.get(`/${namespace}`)).status).toBe(404);
    });

    it('lets exactly one of several succeed', async () => {
      const namespace = unique('OS::Test');
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => api.post('', { namespace, ...contents })),
      );
      const statuses = statusesOf(replies);
      expect(statuses).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    });
  });

  describe('413', () => {
    it('refuses a body that is too large', async () => {
      const description = 'd'.repeat(2 * 1024 * 1024);
      expect((await api.post('', { namespace: 'n', description })).status).toBe(413);
    });
  });
});

describe('GET /v2/metadefs/namespaces/{namespace}', () => {
  describe('200', () => {
    it('puts the prefix of a resource type before names of properties', async () => {
      const namespace = await api.namespace(contents);
      const reply = await api.get(`/${namespace}?resource_type=OS::Nova::Flavor`);
      expect(reply.status).toBe(200);
      expect(Object.keys(reply.body.properties)).toEqual(['hw:cores']);
      expect(reply.body.objects[0]).toMatchObject({
        name: 'limits',
        required: ['hw:max'],
        properties: { 'hw:max': text },
      });
    });

    it('leaves names alone for a type that it does not apply to', async () => {
      const namespace = await api.namespace(contents);
      const plain = await api.get(`/${namespace}`);
      expect((await api.get(`/${namespace}?resource_type=OS::Other`)).body).toEqual(plain.body);
      expect((await api.get(`/${namespace}?resource_type=`)).body).toEqual(plain.body);
    });
  });

  describe('404', () => {
    it('answers for a namespace that is not there', async () => {
      const reply = await api.get('/missing', { headers: { accept: 'application/json' } });
      expect(reply.status).toBe(404);
      expect(reply.body).toEqual({
        message: "The metadata definition namespace 'missing' could not be found.",
        code: '404 Not Found',
        title: 'Not Found',
      });
    });
  });
});

describe('PUT /v2/metadefs/namespaces/{namespace}', () => {
  describe('200', () => {
    it('replaces everything that is said, and keeps what is inside', async () => {
      const namespace = await api.namespace({
        display_name: 'N',
        description: 'D',
        protected: true,
        owner: 'o',
        ...contents,
      });
      const reply = await api.put(`/${namespace}`, { namespace, description: 'new' });
      expect(reply.status).toBe(200);
      expect(reply.body).toEqual({
        namespace,
        description: 'new',
        visibility: 'private',
        protected: false,
        owner: expect.stringMatching(/^[0-9a-f]{32}$/),
        self: `/v2/metadefs/namespaces/${namespace}`,
        schema: '/v2/schemas/metadefs/namespace',
        ...dates,
      });
      expect((await api.get(`/${namespace}`)).body).toMatchObject({ ...reply.body, ...contents });
    });

    it('renames', async () => {
      const namespace = await api.namespace(contents);
      const renamed = unique('OS::Test');
      expect((await api.put(`/${namespace}`, { namespace: renamed })).body).toMatchObject({
        namespace: renamed,
        self: `/v2/metadefs/namespaces/${renamed}`,
      });
      expect((await api.get(`/${namespace}`)).status).toBe(404);
      expect((await api.get(`/${renamed}/tags/one`)).status).toBe(200);
    });

    it('takes back what was shown, and ignores what is inside', async () => {
      const namespace = await api.namespace(contents);
      const { body } = await api.get(`/${namespace}`);
      const {
        self: _self,
        schema: _schema,
        created_at: _created,
        updated_at: _updated,
        ...shown
      } = body;
      const reply = await api.put(`/${namespace}`, { ...shown, tags: [], properties: {} });
      expect(reply.status).toBe(200);
      expect((await api.get(`/${namespace}`)).body).toMatchObject(contents);
    });
  });

  describe('400', () => {
    it.each([
      ['no body', undefined],
      ['no name', { display_name: 'N' }],
      ['an unknown key', { namespace: 'n', surprise: 1 }],
    ])('answers a body with %s, whether or not the namespace is there', async (_name, body) => {
      expect((await api.put(`/${await api.namespace()}`, body)).status).toBe(400);
      expect((await api.put('/missing', body)).status).toBe(400);
    });
  });

  describe('403', () => {
    it.each(['self', 'schema', 'created_at', 'updated_at'])('refuses to set %s', async (key) => {
      const namespace = await api.namespace();
      expect((await api.put(`/${namespace}`, { namespace, [key]: 'x' })).status).toBe(403);
    });
  });

  describe('404', () => {
    it('answers for a namespace that is not there', async () => {
      expect((await api.put('/missing', { namespace: 'n' })).status).toBe(404);
    });
  });

  describe('409', () => {
    it('refuses a new name that is taken', async () => {
      const [a, b] = [await api.namespace(), await api.namespace()];
      expect((await api.put(`/${a}`, { namespace: b })).status).toBe(409);
      expect((await api.get(`/${a}`)).status).toBe(200);
    });
  });
});

describe('DELETE /v2/metadefs/namespaces/{namespace}', () => {
  it('204: deletes the namespace with everything inside', async () => {
    const namespace = await api.namespace(contents);
    const reply = await api.delete(`/${namespace}`);
    expect(reply.status).toBe(204);
    expect(reply.text).toBe('');
    expect((await api.get(`/${namespace}`)).status).toBe(404);
    expect((await api.get(`/${namespace}/tags`)).status).toBe(404);
  });

  it('403: refuses while the namespace is protected, and no longer', async () => {
    const namespace = await api.namespace({ protected: true });
    expect((await api.delete(`/${namespace}`)).status).toBe(403);
    await api.put(`/${namespace}`, { namespace, protected: false });
    expect((await api.delete(`/${namespace}`)).status).toBe(204);
  });

  it('404: answers the second time', async () => {
    const namespace = await api.namespace();
    await api.delete(`/${namespace}`);
    expect((await api.delete(`/${namespace}`)).status).toBe(404);
  });

  it('never fails otherwise while others write', async () => {
    for (let round = 0; round < 5; round += 1) {
      const namespace = await api.namespace(contents);
      const replies = await Promise.all([
        api.put(`/${namespace}`, { namespace, description: 'x' }),
        api.post(`/${namespace}/tags`, { tags: [{ name: 'x' }] }),
        api.post(`/${namespace}/properties`, { name: 'x', ...text }),
        api.post(`/${namespace}/resource_types`, { name: 'OS::Race' }),
        api.delete(`/${namespace}`),
        api.delete(`/${namespace}/objects`),
        api.delete(`/${namespace}`),
      ]);
      const allowed = [200, 201, 204, 404];
      expect(allowed).toEqual(expect.arrayContaining(replies.map(({ status }) => status)));
      expect((await api.get(`/${namespace}`)).status).toBe(404);
    }
  });
});

describe('GET /v2/metadefs/namespaces', () => {
  describe('200', () => {
    it('shows namespaces with their resource types, without what is inside', async () => {
      const namespace = await api.namespace(contents);
      const { status, body } = await api.get('?limit=1');
      expect(status).toBe(200);
      expect(body.namespaces).toEqual([
        {
          namespace,
          visibility: 'public',
          protected: false,
          owner: expect.any(String),
          self: `/v2/metadefs/namespaces/${namespace}`,
          schema: '/v2/schemas/metadefs/namespace',
          resource_type_associations: [
            expect.objectContaining({ name: 'OS::Glance::Image', prefix: 'hw_' }),
            expect.objectContaining({ name: 'OS::Nova::Flavor', prefix: 'hw:' }),
          ],
          ...dates,
        },
      ]);
      expect(body).toMatchObject({
        first: '/v2/metadefs/namespaces?limit=1',
        schema: '/v2/schemas/metadefs/namespaces',
      });
    });

    it('is paged by links that keep every parameter', async () => {
      const type = unique('OS::Type');
      const mine: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        mine.push(await api.namespace({ resource_type_associations: [{ name: type }] }));
      }
      const query = `?resource_types=${type}&sort_key=namespace&sort_dir=asc&x=1&x=2&limit=2`;
      const found: string[] = [];
      const links: string[] = [];
      for (let next: string | undefined = `/v2/metadefs/namespaces${query}`; next !== undefined;) {
        const { body } = await api.get(belowNamespaces(next));
        found.push(...namespacesOf(body));
        links.push(body.first);
        next = body.next;
        if (next !== undefined) links.push(next.replace(/&marker=[^&]+$/, ''));
      }
      const link = `/v2/metadefs/namespaces${query.replaceAll(':', '%3A')}`;
      expect(links).toEqual([link, link, link, link, link]);
      expect(found).toEqual(mine.toSorted());
    });

    it('shows the newest first, and filters by visibility', async () => {
      const shown = await api.namespace();
      const hidden = await api.privateNamespace();
      expect(namespacesOf((await api.get('?limit=2')).body)).toEqual([hidden, shown]);
      expect(namespacesOf((await api.get('?limit=1&visibility=public')).body)).toEqual([shown]);
      expect(namespacesOf((await api.get('?limit=1&visibility=private')).body)).toEqual([hidden]);
    });

    it('shows 25 unless it is asked for another number', async () => {
      await Promise.all(Array.from({ length: 26 }, () => api.namespace()));
      const { body } = await api.get('');
      expect(body.namespaces).toHaveLength(25);
      expect(body.next).toBeDefined();
      const none = await api.get('?limit=0');
      expect(none.body.namespaces).toEqual([]);
      expect(none.body.next).toBeUndefined();
      const all = await api.get('?limit=100000');
      expect(all.body.namespaces.length).toBeGreaterThan(26);
      expect(all.body.next).toBeUndefined();
    });

    it.each([
      'display_name',
      'description',
      'visibility',
      'protected',
      'owner',
      'created_at',
      'updated_at',
      'id',
    ])('can be sorted by %s', async (key) => {
      expect((await api.get(`?sort_key=${key}&sort_dir=asc`)).status).toBe(200);
    });
  });

  describe('400', () => {
    it.each(['visibility=shared', 'sort_dir=up', 'sort_key=surprise', 'limit=-1', 'limit=ten'])(
      'answers %s',
      async (query) => {
        expect((await api.get(`?${query}`)).status).toBe(400);
      },
    );
  });

  describe('404', () => {
    it('answers a marker that is unknown, or hidden from the caller', async () => {
      const hidden = await api.privateNamespace();
      expect((await api.get('?marker=missing')).status).toBe(404);
      const options = { token: api.stranger.member };
      expect((await api.get(`?marker=${hidden}`, options)).status).toBe(404);
      expect((await api.get(`?marker=${hidden}`, { token: api.owner.reader })).status).toBe(200);
    });
  });
});
