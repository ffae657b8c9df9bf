import { describe, expect, it } from '@jest/globals';
import type { Namespace } from '../domain/namespace.js';
import { toAssociation, toObjectList, toProperty, toTag } from './definition.representation.js';
import { toFullNamespace, toNamespace, toNamespacePage } from './namespace.representation.js';
import { SCHEMA_DOCUMENTS } from './schemas/schema-documents.js';

const dates = {
  createdAt: new Date('2026-01-31T12:00:00.999Z'),
  updatedAt: new Date('2026-02-28T12:00:01.001Z'),
};
const shownDates = { created_at: '2026-01-31T12:00:00Z', updated_at: '2026-02-28T12:00:01Z' };
const namespace: Namespace = {
  id: 1n,
  name: 'OS::A B/C',
  displayName: null,
  description: null,
  visibility: 'public',
  isProtected: true,
  owner: null,
  ...dates,
};
const empty = { associations: [], properties: [], objects: [], tags: [] };

/** As a client sees it. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a namespace', () => {
  it('leaves out what is absent, and counts whole seconds', () => {
    expect(sent(toNamespace(namespace))).toEqual({
      namespace: 'OS::A B/C',
      visibility: 'public',
      protected: true,
      self: '/v2/metadefs/namespaces/OS::A%20B%2FC',
      schema: '/v2/schemas/metadefs/namespace',
      ...shownDates,
    });
  });

  it('leaves out kinds of which it holds nothing', () => {
    expect(sent(toFullNamespace({ namespace, contents: empty }))).toEqual(
      sent(toNamespace(namespace)),
    );
  });

  it('shows everything inside, properties by name', () => {
    const document = { type: 'string', title: 'T' } as const;
    const contents = {
      associations: [{ name: 'OS::X', prefix: 'x_', propertiesTarget: null, ...dates }],
      properties: [{ name: '__proto__', document, ...dates }],
      objects: [{ name: 'o', document: { properties: { p: document } }, ...dates }],
      tags: [{ name: 't', document: null, ...dates }],
    };
    const text = JSON.stringify(toFullNamespace({ namespace, contents }));
    expect(text).toContain('"properties":{"__proto__":{"type":"string","title":"T"}}');
    expect(JSON.parse(text)).toMatchObject({
      resource_type_associations: [{ name: 'OS::X', prefix: 'x_', ...shownDates }],
      objects: [
        {
          name: 'o',
          properties: { p: document },
          self: '/v2/metadefs/namespaces/OS::A%20B%2FC/objects/o',
          schema: '/v2/schemas/metadefs/object',
        },
      ],
      tags: [{ name: 't' }],
    });
  });

  it('has a link to the next page only when there may be one', () => {
    expect(sent(toNamespacePage([], { first: '/f', next: null }))).toEqual({
      namespaces: [],
      first: '/f',
      schema: '/v2/schemas/metadefs/namespaces',
    });
  });
});

describe('definitions', () => {
  it('show a property with its name and without dates', () => {
    const document = { type: null, title: 'T', default: null, enum: [1], items: {} };
    expect(sent(toProperty({ name: 'p', document, ...dates }))).toEqual({ name: 'p', ...document });
  });

  it('show a tag and an association with dates', () => {
    expect(sent(toTag({ name: 't', document: null, ...dates }))).toEqual({
      name: 't',
      ...shownDates,
    });
    const association = { name: 'OS::X', prefix: null, propertiesTarget: 'image', ...dates };
    expect(sent(toAssociation(association))).toEqual({
      name: 'OS::X',
      properties_target: 'image',
      ...shownDates,
    });
  });

  it('show the path of the schema of a list of objects without its first slash', () => {
    expect(toObjectList('n', [])).toEqual({ objects: [], schema: 'v2/schemas/metadefs/objects' });
  });
});

describe('the schemas', () => {
  it('are called as clients expect them to be', () => {
    const names = [...SCHEMA_DOCUMENTS].map(([key, document]) => [key, document['name']]);
    expect(Object.fromEntries(names)).toEqual({
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
    });
  });

  it('require what section 2.17 says', () => {
    const required = ['namespace', 'object', 'property', 'resource_type', 'tag'].map(
      (key) => SCHEMA_DOCUMENTS.get(key)?.['required'],
    );
    expect(required).toEqual([
      ['namespace'],
      ['name'],
      ['type', 'title', 'name'],
      ['name'],
      ['name'],
    ]);
  });

  it('do not require a name where it is the key of the property', () => {
    expect(SCHEMA_DOCUMENTS.get('properties')).toMatchObject({
      properties: {
        properties: { type: 'object', additionalProperties: { required: ['type', 'title'] } },
      },
    });
  });

  it.each([...SCHEMA_DOCUMENTS])('of %s finds every definition it refers to', (_key, document) => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/definitions\/(\w+)"/g)].map(([, name]) => name);
    const defined = Object.keys(document['definitions'] ?? {});
    expect(defined).toEqual(expect.arrayContaining(referred));
  });
});
