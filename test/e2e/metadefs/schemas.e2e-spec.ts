import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { useMetadefApi } from '../../support/metadef-api.js';

const api = useMetadefApi();

const NAMES = {
  namespace: 'namespace',
  namespaces: 'namespaces',
  object: 'object',
  objects: 'objects',
  property: 'property',
  properties: 'properties',
  resource_type: 'resource_type_association',
  resource_types: 'resource_type_associations',
  tag: 'tag',
  tags: 'tags',
} as const;
type Key = keyof typeof NAMES;
const KEYS = Object.keys(NAMES) as Key[];

const schema = async (key: string, token?: string | null) =>
  api.requestAt('GET', `/image/v2/schemas/metadefs/${key}`, token === undefined ? {} : { token });

/** Whether a document follows the schema as the service publishes it. */
async function follows(key: Key, document: unknown): Promise<boolean> {
  const ajv = new Ajv({ strict: false, formats: { 'date-time': true, regex: true } });
  return ajv.validate((await schema(key)).body as object, document);
}

describe.each(KEYS)('GET /v2/schemas/metadefs/%s', (key) => {
  it('200: shows the schema to everybody who has a token, whatever the role', async () => {
    const reply = await schema(key, api.noRole);
    expect(reply.status).toBe(200);
    expect(reply.body.name).toBe(NAMES[key]);
  });

  it('401: needs a token', async () => {
    expect((await schema(key, null)).status).toBe(401);
  });

  it('405: knows no other method', async () => {
    const reply = await api.requestAt('POST', `/image/v2/schemas/metadefs/${key}`, { body: {} });
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'GET']);
  });
});

describe('GET /v2/schemas/metadefs/...', () => {
  it.each(['surprise', '__proto__', 'constructor', 'namespace.json', ''])(
    '404: knows no schema %s',
    async (key) => {
      expect((await schema(key)).status).toBe(404);
    },
  );

  it('400: takes no body', async () => {
    const url = '/image/v2/schemas/metadefs/namespace';
    expect((await api.requestAt('GET', url, { body: {} })).status).toBe(400);
  });
});

describe('what the service answers follows the schemas that it publishes', () => {
  it('for namespaces and everything inside', async () => {
    const text = { type: 'string', title: 'T', enum: ['a'], items: { type: 'string' } };
    const namespace = await api.namespace({
      display_name: 'N',
      description: 'D',
      resource_type_associations: [{ name: 'OS::A', prefix: 'a', properties_target: 't' }],
      properties: { p: text },
      objects: [{ name: 'o', description: 'O', required: ['q'], properties: { q: text } }],
      tags: [{ name: 't' }],
    });
    const documents: [Key, string][] = [
      ['namespaces', ''],
      ['namespace', `/${namespace}`],
      ['properties', `/${namespace}/properties`],
      ['property', `/${namespace}/properties/p`],
      ['objects', `/${namespace}/objects`],
      ['object', `/${namespace}/objects/o`],
      ['tags', `/${namespace}/tags`],
      ['tag', `/${namespace}/tags/t`],
      ['resource_types', `/${namespace}/resource_types`],
    ];
    for (const [key, path] of documents) {
      const { body } = await api.get(path);
      expect([key, await follows(key, body)]).toEqual([key, true]);
    }
  });
});

describe('what the schema refuses, the service refuses, and the other way round', () => {
  const bodies: [Key, string, object][] = [
    ['namespace', '', { namespace: 'x'.repeat(80) }],
    ['namespace', '', { namespace: 'x'.repeat(81) }],
    ['namespace', '', { namespace: 'a', surprise: true }],
    ['namespace', '', { namespace: 'b', properties: { p: { title: 'P' } } }],
    ['namespace', '', { namespace: 'c', properties: { p: { title: 'P', type: 'number' } } }],
    ['property', '/properties', { name: 'a', title: 'A', type: 'text' }],
    ['property', '/properties', { name: 'b', title: 'B', type: 'object', minLength: -1 }],
    ['property', '/properties', { name: 'c', title: 'C', type: null, minLength: 0 }],
    ['object', '/objects', { name: 'a', required: ['x', 'x'] }],
    ['object', '/objects', { name: 'b', required: [] }],
    ['resource_type', '/resource_types', { prefix: 'x' }],
    ['resource_type', '/resource_types', { name: 'OS::A', prefix: '' }],
  ];

  it.each(bodies)('for a %s at ...%s: %j', async (key, path, body) => {
    const parent = path === '' ? '' : `/${await api.namespace()}`;
    const { status } = await api.post(`${parent}${path}`, body);
    expect(status).toBe((await follows(key, body)) ? 201 : 400);
  });
});
