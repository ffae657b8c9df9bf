import { beforeEach, describe, expect, it } from '@jest/globals';
import { statusesOf, useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const member = {
  type: 'string',
  title: 'Watchdog action',
  description: 'What happens to a guest that hangs.',
  operators: ['<or>'],
  enum: ['reset', 'pause'],
  default: 'reset',
};
const property = { name: 'watchdog', ...member };
let path: string;

beforeEach(async () => {
  const types = [{ name: 'OS::Nova::Flavor', prefix: 'hw:' }, { name: 'OS::Nova::Server' }];
  const namespace = await api.namespace({ resource_type_associations: types });
  path = `/${namespace}/properties`;
});

describe('POST .../properties', () => {
  it('201: adds a property and answers it as it was sent', async () => {
    const reply = await api.post(path, property);
    expect([reply.status, reply.body]).toEqual([201, property]);
    expect((await api.get(`${path}/watchdog`)).body).toEqual(property);
  });

  it('201: takes a name that looks like a resource type, or like nothing else', async () => {
    for (const name of ['OS::Nova::Aggregate', '__proto__', 'constructor', 'a/b', 'é 🗄', '.']) {
      expect((await api.post(path, { ...property, name })).body).toEqual({ ...property, name });
    }
    const shown = await api.get(`${path}/OS::Nova::Aggregate`);
    expect(shown.body).toEqual({ ...property, name: 'OS::Nova::Aggregate' });
    expect((await api.get(`${path}/a%2Fb`)).body.name).toBe('a/b');
    expect((await api.get(path)).text).toContain('"__proto__":{"type":"string"');
  });

  it.each([
    ['no name', { name: undefined }],
    ['no title', { title: undefined }],
    ['no type', { type: undefined }],
    ['an unknown type', { type: 'text' }],
    ['an unknown key', { surprise: 1 }],
    ['a path of its own', { self: '/x' }],
    ['a name of 81 characters', { name: 'n'.repeat(81) }],
    ['a broken pattern', { pattern: '[' }],
  ])('400: answers a body with %s', async (_name, change) => {
    expect((await api.post(path, { ...property, ...change })).status).toBe(400);
  });

  it.each(['created_at', 'updated_at'])('403: refuses to set %s', async (key) => {
    expect((await api.post(path, { ...property, [key]: 'x' })).status).toBe(403);
  });

  it('409: lets exactly one of several of the same name succeed', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, () => api.post(path, property)));
    expect(statusesOf(replies)).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('413: refuses more than 1000, also when several come at once', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 998 }, (_, index) => [`p${index}`, member]),
    );
    path = `/${await api.namespace({ properties })}/properties`;
    const replies = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => api.post(path, { ...property, name })),
    );
    expect(statusesOf(replies)).toEqual([201, 201, 413, 413]);
    expect(Object.keys((await api.get(path)).body.properties)).toHaveLength(1000);
  });
});

describe('GET .../properties', () => {
  it('200: shows all by name', async () => {
    expect((await api.get(path)).body).toEqual({ properties: {} });
    await api.post(path, property);
    await api.post(path, { name: 'other', type: 'integer', title: '' });
    const reply = await api.get(path);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      properties: { watchdog: member, other: { type: 'integer', title: '' } },
    });
  });
});

describe('GET .../properties/{name}', () => {
  beforeEach(() => api.post(path, property));

  it('200: shows the property by the name it has on a resource type', async () => {
    const onFlavor = await api.get(`${path}/hw:watchdog?resource_type=OS::Nova::Flavor`);
    expect([onFlavor.status, onFlavor.body]).toEqual([200, property]);
    const onServer = await api.get(`${path}/watchdog?resource_type=OS::Nova::Server`);
    expect([onServer.status, onServer.body]).toEqual([200, property]);
  });

  it.each([
    ['a property that is not there', 'missing'],
    ['a name of another case', 'WATCHDOG'],
    ['a name with a suffix', 'watchdog.json'],
    ['a name without the prefix', 'watchdog?resource_type=OS::Nova::Flavor'],
    ['the prefix of another type', 'hw:watchdog?resource_type=OS::Nova::Server'],
    ['a type that the namespace does not apply to', 'watchdog?resource_type=OS::Glance::Image'],
  ])('404: answers %s', async (_name, name) => {
    expect((await api.get(`${path}/${name}`)).status).toBe(404);
  });
});

describe('PUT .../properties/{name}', () => {
  beforeEach(() => api.post(path, property));

  it('200: replaces everything, the name included', async () => {
    const replacement = { name: 'renamed', type: 'integer', title: 'R', minimum: 0 };
    const reply = await api.put(`${path}/watchdog`, replacement);
    expect([reply.status, reply.body]).toEqual([200, replacement]);
    expect((await api.get(`${path}/renamed`)).body).toEqual(replacement);
    expect((await api.get(`${path}/watchdog`)).status).toBe(404);
  });

  it('400: answers a body that breaks the schema', async () => {
    expect((await api.put(`${path}/watchdog`, { name: 'watchdog' })).status).toBe(400);
    expect((await api.put(`${path}/watchdog`)).status).toBe(400);
  });

  it('403: refuses to set a date', async () => {
    const body = { ...property, updated_at: 'x' };
    expect((await api.put(`${path}/watchdog`, body)).status).toBe(403);
  });

  it('404: answers a property that is not there', async () => {
    expect((await api.put(`${path}/missing`, property)).status).toBe(404);
  });

  it('409: refuses a new name that is taken', async () => {
    await api.post(path, { ...property, name: 'taken' });
    expect((await api.put(`${path}/watchdog`, { ...property, name: 'taken' })).status).toBe(409);
  });
});

describe('DELETE .../properties/{name}', () => {
  it('204: deletes it, 404: once', async () => {
    await api.post(path, property);
    const reply = await api.delete(`${path}/watchdog`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect((await api.delete(`${path}/watchdog`)).status).toBe(404);
  });
});

describe('DELETE .../properties', () => {
  it('204: deletes all, and nothing of another kind', async () => {
    await api.post(path, property);
    await api.post(path.replace('properties', 'objects'), { name: 'watchdog' });
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).body).toEqual({ properties: {} });
    expect((await api.get(path.replace('properties', 'objects/watchdog'))).status).toBe(200);
    expect((await api.delete(path)).status).toBe(204);
  });
});
