import { beforeEach, describe, expect, it } from '@jest/globals';
import { namesOf, useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const dates = { created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) };
const shares = { type: 'integer', title: 'Shares', minimum: 1 };
const object = {
  name: 'CPU limits',
  description: 'How much processor time a guest gets.',
  required: ['quota:cpu_shares'],
  properties: { 'quota:cpu_shares': shares },
};
let namespace: string;
let path: string;
let one: string;

beforeEach(async () => {
  namespace = await api.namespace();
  path = `/${namespace}/objects`;
  one = `${path}/CPU%20limits`;
});

const shown = (body: object, name: string) => ({
  ...body,
  self: `/v2/metadefs/namespaces/${namespace}/objects/${name}`,
  schema: '/v2/schemas/metadefs/object',
  ...dates,
});

describe('POST .../objects', () => {
  it('201: adds an object and answers it', async () => {
    const reply = await api.post(path, object);
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual(shown(object, 'CPU%20limits'));
    expect((await api.get(one)).body).toEqual(reply.body);
  });

  it('201: leaves out what was not sent', async () => {
    expect((await api.post(path, { name: 'o' })).body).toEqual(shown({ name: 'o' }, 'o'));
    const empty = { name: 'e', description: '', required: [], properties: {} };
    expect((await api.post(path, empty)).body).toEqual(shown(empty, 'e'));
  });

  it.each([
    ['no name', { name: undefined }],
    ['a name of 81 characters', { name: 'n'.repeat(81) }],
    ['an unknown key', { surprise: 1 }],
    ['a property without a title', { properties: { p: { type: 'string' } } }],
    ['a property with an unknown key', { properties: { p: { ...shares, surprise: 1 } } }],
    ['properties in a list', { properties: [shares] }],
    ['requirements that are text', { required: 'quota:cpu_shares' }],
  ])('400: answers a body with %s', async (_name, change) => {
    expect((await api.post(path, { ...object, ...change })).status).toBe(400);
  });

  it.each(['self', 'schema', 'created_at', 'updated_at'])('403: refuses to set %s', async (key) => {
    expect((await api.post(path, { ...object, [key]: 'x' })).status).toBe(403);
  });

  it('409: refuses a name that is taken', async () => {
    await api.post(path, object);
    expect((await api.post(path, { name: object.name })).status).toBe(409);
  });

  it('413: refuses more than 1000', async () => {
    const objects = Array.from({ length: 1000 }, (_, index) => ({ name: `o${index}` }));
    path = `/${await api.namespace({ objects })}/objects`;
    expect((await api.post(path, object)).status).toBe(413);
    await api.delete(`${path}/o0`);
    expect((await api.post(path, object)).status).toBe(201);
  });
});

describe('GET .../objects', () => {
  const names = async (query = ''): Promise<string[]> => {
    const { body } = await api.get(`${path}${query}`);
    return namesOf(body.objects);
  };

  beforeEach(async () => {
    for (const name of ['b', 'c', 'a']) await api.post(path, { name });
  });

  it('200: shows all in the order of their creation, with the path of their schema', async () => {
    const reply = await api.get(path);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      objects: ['b', 'c', 'a'].map((name) => shown({ name }, name)),
      schema: 'v2/schemas/metadefs/objects',
    });
  });

  it('200: shows a part of them in another order', async () => {
    expect(await names('?sort_key=name&sort_dir=asc')).toEqual(['a', 'b', 'c']);
    expect(await names('?sort_key=name&sort_dir=asc&limit=1&marker=a')).toEqual(['b']);
    expect(await names('?limit=2')).toEqual(['b', 'c']);
    expect(await names('?marker=c')).toEqual(['a']);
  });

  it.each(['limit=0', 'limit=-1', 'limit=x', 'sort_key=surprise', 'sort_dir=up'])(
    '400: answers %s',
    async (query) => {
      expect((await api.get(`${path}?${query}`)).status).toBe(400);
    },
  );

  it('404: answers a marker that is not there', async () => {
    expect((await api.get(`${path}?marker=missing`)).status).toBe(404);
  });
});

describe('GET .../objects/{name}', () => {
  it('404: answers an object that is not there', async () => {
    expect((await api.get(one)).status).toBe(404);
  });
});

describe('PUT .../objects/{name}', () => {
  beforeEach(() => api.post(path, object));

  it('200: replaces everything, the name included', async () => {
    const reply = await api.put(one, { name: 'renamed', properties: { p: shares } });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(shown({ name: 'renamed', properties: { p: shares } }, 'renamed'));
    expect((await api.get(`${path}/renamed`)).body).toEqual(reply.body);
    expect((await api.get(one)).status).toBe(404);
  });

  it('400: answers a property that has an unknown key', async () => {
    const properties = { p: { ...shares, surprise: 1 } };
    expect((await api.put(one, { ...object, properties })).status).toBe(400);
  });

  it('403: refuses to set what only the service sets', async () => {
    expect((await api.put(one, { ...object, self: '/x' })).status).toBe(403);
  });

  it('404: answers an object that is not there', async () => {
    expect((await api.put(`${path}/missing`, object)).status).toBe(404);
  });

  it('409: refuses a new name that is taken', async () => {
    await api.post(path, { name: 'taken' });
    expect((await api.put(one, { name: 'taken' })).status).toBe(409);
  });
});

describe('DELETE .../objects/{name}', () => {
  it('204: deletes it, 404: once', async () => {
    await api.post(path, object);
    expect((await api.delete(one)).status).toBe(204);
    expect((await api.delete(one)).status).toBe(404);
  });
});

describe('DELETE .../objects', () => {
  it('204: deletes all', async () => {
    await api.post(path, object);
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).body.objects).toEqual([]);
  });
});
