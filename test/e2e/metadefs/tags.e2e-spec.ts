import { beforeEach, describe, expect, it } from '@jest/globals';
import { namesOf, statusesOf, useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const dates = { created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) };
const named = (...names: string[]) => ({ tags: names.map((name) => ({ name })) });
const APPEND = { headers: { 'x-openstack-append': 'true' } };
let path: string;

beforeEach(async () => {
  path = `/${await api.namespace()}/tags`;
});

async function names(query = ''): Promise<string[]> {
  const { body } = await api.get(`${path}${query}`);
  return namesOf(body.tags);
}

describe('POST .../tags', () => {
  it('201: writes several tags and answers their names', async () => {
    const reply = await api.post(path, named('a', 'b', 'c'));
    expect([reply.status, reply.body]).toEqual([201, named('a', 'b', 'c')]);
    expect(new Set(await names())).toEqual(new Set(['a', 'b', 'c']));
  });

  it('201: replaces all that were there', async () => {
    await api.post(path, named('a', 'b'));
    await api.post(path, named('b', 'c'));
    expect(new Set(await names())).toEqual(new Set(['b', 'c']));
    expect((await api.post(path, { tags: [] })).status).toBe(201);
    expect(await names()).toEqual([]);
  });

  it.each(['true', 'True', '1', 'yes', 'on'])(
    '201: adds to those that are there with X-Openstack-Append: %s',
    async (value) => {
      await api.post(path, named('a'));
      const headers = { 'x-openstack-append': value };
      const reply = await api.post(path, named('b'), { headers });
      expect([reply.status, reply.body]).toEqual([201, named('b')]);
      expect(new Set(await names())).toEqual(new Set(['a', 'b']));
    },
  );

  it.each(['false', '0', '', 'maybe'])(
    '201: replaces with X-Openstack-Append: %s',
    async (value) => {
      await api.post(path, named('a'));
      await api.post(path, named('b'), { headers: { 'x-openstack-append': value } });
      expect(await names()).toEqual(['b']);
    },
  );

  it.each([
    ['no body', undefined],
    ['no tags', {}],
    ['text', { tags: ['a'] }],
    ['a tag without a name', { tags: [{}] }],
    ['a tag with more than a name', { tags: [{ name: 'a', colour: 'red' }] }],
    ['a name of 81 characters', named('n'.repeat(81))],
    ['an unknown key', { ...named('a'), surprise: 1 }],
  ])('400: answers a body with %s', async (_name, body) => {
    expect((await api.post(path, body)).status).toBe(400);
  });

  it('403: refuses to set a date', async () => {
    expect((await api.post(path, { ...named('a'), created_at: 'x' })).status).toBe(403);
  });

  it('409: refuses names that occur twice, or are there when adding; nothing changes', async () => {
    await api.post(path, named('a'));
    expect((await api.post(path, named('b', 'b'))).status).toBe(409);
    expect((await api.post(path, named('b', 'a'), APPEND)).status).toBe(409);
    expect(await names()).toEqual(['a']);
  });

  it('413: refuses to hold more than 1000', async () => {
    await api.post(path, named(...Array.from({ length: 1000 }, (_, index) => `t${index}`)));
    expect((await api.post(path, named('a'), APPEND)).status).toBe(413);
    expect((await api.post(`${path}/a`)).status).toBe(413);
    expect((await api.post(path, named('a'))).status).toBe(201);
  });
});

describe('GET .../tags', () => {
  it('200: shows names, the newest first', async () => {
    await api.post(`${path}/b`);
    await api.post(`${path}/a`);
    const reply = await api.get(path);
    expect([reply.status, reply.body]).toEqual([200, named('a', 'b')]);
  });

  it('200: shows all of them unless it is asked for fewer', async () => {
    await api.post(path, named(...Array.from({ length: 60 }, (_, index) => `t${index}`)));
    expect(await names()).toHaveLength(60);
    expect(await names('?limit=10')).toHaveLength(10);
    expect(await names('?limit=0')).toEqual([]);
  });

  it('200: is paged by names', async () => {
    await api.post(path, named('d', 'b', 'a', 'c'));
    const query = '?sort_key=name&sort_dir=asc&limit=2';
    expect(await names(query)).toEqual(['a', 'b']);
    expect(await names(`${query}&marker=b`)).toEqual(['c', 'd']);
    expect(await names(`${query}&marker=d`)).toEqual([]);
  });

  it.each(['limit=-1', 'limit=x', 'sort_key=surprise', 'sort_dir=up'])(
    '400: answers %s',
    async (query) => {
      expect((await api.get(`${path}?${query}`)).status).toBe(400);
    },
  );

  it('404: answers a marker that is not there', async () => {
    expect((await api.get(`${path}?marker=missing`)).status).toBe(404);
  });
});

describe('POST .../tags/{name}', () => {
  it('201: adds a tag and answers it', async () => {
    const reply = await api.post(`${path}/a%20%2F%20b`);
    expect([reply.status, reply.body]).toEqual([201, { name: 'a / b', ...dates }]);
    expect((await api.get(`${path}/a%20%2F%20b`)).body).toEqual(reply.body);
  });

  it('400: answers a name of 81 characters', async () => {
    expect((await api.post(`${path}/${'n'.repeat(81)}`)).status).toBe(400);
    expect((await api.post(`${path}/${'n'.repeat(80)}`)).status).toBe(201);
  });

  it('409: lets exactly one of several succeed', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => api.post(`${path}/a`)));
    expect(statusesOf(replies)).toEqual([201, 409, 409, 409, 409]);
  });
});

describe('PUT .../tags/{name}', () => {
  beforeEach(() => api.post(`${path}/a`));

  it('200: renames', async () => {
    const reply = await api.put(`${path}/a`, { name: 'b' });
    expect([reply.status, reply.body]).toEqual([200, { name: 'b', ...dates }]);
    expect(await names()).toEqual(['b']);
  });

  it('400: answers a body that breaks the schema', async () => {
    for (const body of [undefined, {}, { name: 1 }, { name: 'b', surprise: 1 }]) {
      expect((await api.put(`${path}/a`, body)).status).toBe(400);
    }
  });

  it('403: refuses to set a date', async () => {
    expect((await api.put(`${path}/a`, { name: 'b', updated_at: 'x' })).status).toBe(403);
  });

  it('404: answers a tag that is not there', async () => {
    expect((await api.put(`${path}/missing`, { name: 'b' })).status).toBe(404);
  });

  it('409: refuses a new name that is taken', async () => {
    await api.post(`${path}/b`);
    expect((await api.put(`${path}/a`, { name: 'b' })).status).toBe(409);
  });
});

describe('GET and DELETE .../tags/{name}', () => {
  it('204: deletes it, 404: once', async () => {
    await api.post(`${path}/a`);
    expect((await api.delete(`${path}/a`)).status).toBe(204);
    expect((await api.delete(`${path}/a`)).status).toBe(404);
    expect((await api.get(`${path}/a`)).status).toBe(404);
  });
});

describe('DELETE .../tags', () => {
  it('204: deletes all', async () => {
    await api.post(path, named('a', 'b'));
    expect((await api.delete(path)).status).toBe(204);
    expect(await names()).toEqual([]);
  });
});
