import { describe, expect, it } from '@jest/globals';
import type { PropertySchema } from './definition.js';
import { AssociationExists, DefinitionExists, DefinitionLimitExceeded } from './metadata.errors.js';
import {
  MAX_DEFINITIONS,
  appliedTo,
  assertConsistent,
  type DraftContents,
  type NamespaceContents,
} from './namespace-contents.js';

const dates = { createdAt: new Date(0), updatedAt: new Date(0) };
const text: PropertySchema = { type: 'string', title: 'Text' };
const nothing: DraftContents = { associations: [], properties: [], objects: [], tags: [] };
const tag = (name: string) => ({ name, document: null });
const property = (name: string) => ({ name, document: text });

describe('assertConsistent', () => {
  it('accepts the same name in different kinds', () => {
    const contents = { ...nothing, tags: [tag('x')], properties: [property('x')] };
    expect(() => {
      assertConsistent(contents);
    }).not.toThrow();
  });

  it.each([
    ['tags', { tags: [tag('x'), tag('y'), tag('x')] }],
    ['properties', { properties: [property('x'), property('x')] }],
    [
      'objects',
      {
        objects: [
          { name: 'x', document: {} },
          { name: 'x', document: {} },
        ],
      },
    ],
  ])('refuses a name that occurs twice among the %s', (_kind, contents) => {
    expect(() => {
      assertConsistent({ ...nothing, ...contents });
    }).toThrow(DefinitionExists);
  });

  it('refuses a resource type that is associated twice', () => {
    const association = { name: 'OS::A', prefix: null, propertiesTarget: null };
    expect(() => {
      assertConsistent({ ...nothing, associations: [association, association] });
    }).toThrow(AssociationExists);
  });

  it('refuses more definitions of one kind than a namespace holds', () => {
    const tags = Array.from({ length: MAX_DEFINITIONS + 1 }, (_, index) => tag(`t${index}`));
    expect(() => {
      assertConsistent({ ...nothing, tags });
    }).toThrow(DefinitionLimitExceeded);
    expect(() => {
      assertConsistent({ ...nothing, tags: tags.slice(1) });
    }).not.toThrow();
  });
});

describe('appliedTo', () => {
  const contents: NamespaceContents = {
    associations: [
      { name: 'OS::Image', prefix: 'hw_', propertiesTarget: null, ...dates },
      { name: 'OS::Server', prefix: null, propertiesTarget: null, ...dates },
    ],
    properties: [{ ...property('cores'), ...dates }],
    objects: [
      { name: 'limits', document: { required: ['a'], properties: { a: text } }, ...dates },
      { name: 'empty', document: {}, ...dates },
    ],
    tags: [{ ...tag('cores'), ...dates }],
  };

  it('puts the prefix before property names, inside objects and in what they require', () => {
    const applied = appliedTo(contents, 'OS::Image');
    expect(applied.properties.map(({ name }) => name)).toEqual(['hw_cores']);
    expect(applied.objects[0]?.document).toEqual({
      required: ['hw_a'],
      properties: { hw_a: text },
    });
  });

  it('leaves tags, names of objects and objects without properties alone', () => {
    const applied = appliedTo(contents, 'OS::Image');
    expect(applied.tags).toEqual(contents.tags);
    expect(applied.objects.map(({ name }) => name)).toEqual(['limits', 'empty']);
    expect(applied.objects[1]?.document).toEqual({});
  });

  it.each(['OS::Server', 'OS::Unknown'])('changes nothing for %s, which has no prefix', (type) => {
    expect(appliedTo(contents, type)).toEqual(contents);
  });
});
