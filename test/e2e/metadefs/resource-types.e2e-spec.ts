import { beforeEach, describe, expect, it } from '@jest/globals';
import { unique } from '../../support/identity.js';
import { namesOf, statusesOf, useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const dates = { created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) };
const URL = '/image/v2/metadefs/resource_types';
let path: string;

beforeEach(async () => {
  path = `/${await api.namespace()}/resource_types`;
});

const typeNames = async (query = ''): Promise<string[]> => {
  const { body } = await api.requestAt('GET', `${URL}${query}`);
  return namesOf(body.resource_types);
};

/** By way of the links, as there may be more than fit on a page. */
async function allTypeNames(): Promise<string[]> {
  const names: string[] = [];
  for (let url: string | undefined = URL; url !== undefined;) {
    const { body } = await api.requestAt('GET', url);
    names.push(...namesOf(body.resource_types));
    url = body.next;
  }
  return names;
}

describe('GET /v2/metadefs/resource_types', () => {
  it('200: shows those that every catalog has', async () => {
    const reply = await api.requestAt('GET', URL, { token: api.stranger.reader });
    expect(reply.status).toBe(200);
    expect(reply.body.resource_types).toEqual(
      expect.arrayContaining(
        [
          'OS::Glance::Image',
          'OS::Nova::Flavor',
          'OS::Nova::Server',
          'OS::Nova::Aggregate',
          'OS::Cinder::Volume',
          'OS::Trove::Instance',
        ].map((name) => ({ name, ...dates })),
      ),
    );
  });

  it('200: shows a part of them', async () => {
    const all = await typeNames();
    expect(await typeNames('?limit=2')).toEqual(all.slice(0, 2));
    expect(await typeNames(`?limit=2&marker=${all[1]}`)).toEqual(all.slice(2, 4));
    const { body } = await api.requestAt('GET', `${URL}?limit=2&x=1`);
    const marker = encodeURIComponent(all[1] ?? '');
    expect(body.next).toBe(`/v2/metadefs/resource_types?limit=2&x=1&marker=${marker}`);
  });

  it('400: answers a limit that is none', async () => {
    expect((await api.requestAt('GET', `${URL}?limit=x`)).status).toBe(400);
  });

  it('405: knows no other method', async () => {
    const reply = await api.requestAt('POST', URL, { body: {} });
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('POST .../resource_types', () => {
  it('201: applies the namespace to a type that is new from then on', async () => {
    const name = unique('OS::Type');
    const body = { name, prefix: 'p_', properties_target: 'image' };
    const reply = await api.post(path, body);
    expect([reply.status, reply.body]).toEqual([201, { ...body, ...dates }]);
    expect((await api.get(path)).body).toEqual({ resource_type_associations: [reply.body] });
    expect(await allTypeNames()).toContain(name);
  });

  it('201: leaves out what was not sent', async () => {
    const reply = await api.post(path, { name: 'OS::Nova::Server' });
    expect(reply.body).toEqual({ name: 'OS::Nova::Server', ...dates });
  });

  it.each([
    ['no body', undefined],
    ['no name', { prefix: 'p' }],
    ['a name of 81 characters', { name: 'n'.repeat(81) }],
    ['a prefix of 81 characters', { name: 'n', prefix: 'n'.repeat(81) }],
    ['a target of 81 characters', { name: 'n', properties_target: 'n'.repeat(81) }],
    ['a null', { name: 'n', prefix: null }],
    ['an unknown key', { name: 'n', surprise: 1 }],
  ])('400: answers a body with %s', async (_name, body) => {
    expect((await api.post(path, body)).status).toBe(400);
  });

  it.each(['created_at', 'updated_at'])('403: refuses to set %s', async (key) => {
    expect((await api.post(path, { name: 'n', [key]: 'x' })).status).toBe(403);
  });

  it('409: lets exactly one of several succeed', async () => {
    const body = { name: unique('OS::Type') };
    const replies = await Promise.all(Array.from({ length: 5 }, () => api.post(path, body)));
    expect(statusesOf(replies)).toEqual([201, 409, 409, 409, 409]);
  });

  it('413: refuses more than 1000', async () => {
    const associations = Array.from({ length: 1000 }, (_, index) => ({ name: `OS::T${index}` }));
    const namespace = await api.namespace({ resource_type_associations: associations });
    expect((await api.post(`/${namespace}/resource_types`, { name: 'OS::More' })).status).toBe(413);
  });
});

describe('GET .../resource_types', () => {
  it('200: shows them by name', async () => {
    expect((await api.get(path)).body).toEqual({ resource_type_associations: [] });
    for (const name of ['OS::B', 'OS::A']) await api.post(path, { name });
    const { body } = await api.get(path);
    expect(body.resource_type_associations).toMatchObject([{ name: 'OS::A' }, { name: 'OS::B' }]);
  });
});

describe('DELETE .../resource_types/{type}', () => {
  it('204: no longer applies the namespace to the type, which stays; 404: once', async () => {
    const name = unique('OS::Type');
    await api.post(path, { name });
    const reply = await api.delete(`${path}/${name}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect((await api.get(path)).body).toEqual({ resource_type_associations: [] });
    expect(await allTypeNames()).toContain(name);
    expect((await api.delete(`${path}/${name}`)).status).toBe(404);
  });

  it('404: answers a type that exists, but not for this namespace', async () => {
    expect((await api.delete(`${path}/OS::Nova::Server`)).status).toBe(404);
  });
});
