import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../kernel/errors.js';
import {
  parseAssociation,
  parseObject,
  parseProperty,
  parseTag,
  parseTagNames,
} from './definition.requests.js';
import { parseNamespace, parseNewNamespace } from './namespace.requests.js';

const property = { name: 'p', title: 'P', type: 'string' };
const member = { title: 'P', type: 'string' };

function kindOf(parse: (body: unknown) => unknown, body: unknown): string {
  try {
    parse(body);
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError) return error.kind;
    throw error;
  }
}

describe('a body', () => {
  it.each([
    ['a list', []],
    ['null', null],
    ['text', 'namespace'],
    ['a number', 1],
  ])('is not %s', (_name, body) => {
    for (const parse of [
      parseNewNamespace,
      parseNamespace,
      parseObject,
      parseProperty,
      parseTag,
      parseTagNames,
      parseAssociation,
    ]) {
      expect(kindOf(parse, body)).toBe('invalid');
    }
  });

  it('tells where it breaks the schema, with the text of the caller in quotes', () => {
    const body = { namespace: 'n', properties: { 'a"b': { ...member, surprise: 1 } } };
    expect(() => parseNewNamespace(body)).toThrow(
      `The namespace is not valid at '/properties/a"b': it must not have the member 'surprise'.`,
    );
  });
});

describe('read-only keys', () => {
  const all = ['self', 'schema', 'created_at', 'updated_at'];
  it.each(all)('refuse %s in a namespace and in an object', (key) => {
    expect(kindOf(parseNewNamespace, { namespace: 'n', [key]: 'x' })).toBe('forbidden');
    expect(kindOf(parseNamespace, { namespace: 'n', [key]: 'x' })).toBe('forbidden');
    expect(kindOf(parseObject, { name: 'o', [key]: 'x' })).toBe('forbidden');
  });

  it.each([
    ['property', parseProperty, property],
    ['tag', parseTag, { name: 't' }],
    ['association', parseAssociation, { name: 'OS::A' }],
    ['list of tags', parseTagNames, { tags: [] }],
  ] as const)('are the two dates alone in a %s', (_name, parse, body) => {
    expect(all.map((key) => kindOf(parse, { ...body, [key]: 'x' }))).toEqual([
      'invalid',
      'invalid',
      'forbidden',
      'forbidden',
    ]);
  });

  it('win over a schema that is broken as well', () => {
    expect(kindOf(parseTag, { created_at: 1, surprise: true })).toBe('forbidden');
  });

  it('are ignored further inside, so that what was shown can be sent again', () => {
    const objects = [{ name: 'o', self: '/x', schema: '/y', created_at: '2026-01-31T12:00:00Z' }];
    expect(parseNewNamespace({ namespace: 'n', objects }).contents.objects).toEqual([
      { name: 'o', document: {} },
    ]);
  });
});

describe('a namespace', () => {
  it('is private, unprotected and of nobody in particular unless it says otherwise', () => {
    expect(parseNewNamespace({ namespace: 'n' })).toEqual({
      fields: {
        name: 'n',
        displayName: null,
        description: null,
        visibility: 'private',
        isProtected: false,
      },
      contents: { associations: [], properties: [], objects: [], tags: [] },
    });
  });

  it.each([
    ['without a name', {}],
    ['with an empty name', { namespace: '' }],
    ['with 81 characters', { namespace: 'n'.repeat(81) }],
    ['with a display name of 81 characters', { namespace: 'n', display_name: 'n'.repeat(81) }],
    ['with a description of 501 characters', { namespace: 'n', description: 'n'.repeat(501) }],
    ['with an owner of 256 characters', { namespace: 'n', owner: 'n'.repeat(256) }],
    ['with a null', { namespace: 'n', description: null }],
    ['that is shared', { namespace: 'n', visibility: 'shared' }],
    ['that is protected by a word', { namespace: 'n', protected: 'true' }],
    ['with an unknown key', { namespace: 'n', surprise: 1 }],
    ['with a property without a title', { namespace: 'n', properties: { p: { type: 'string' } } }],
    [
      'with a property of an unknown type',
      { namespace: 'n', properties: { p: { title: 'P', type: 'text' } } },
    ],
    [
      'with a property name of 81 characters',
      { namespace: 'n', properties: { ['p'.repeat(81)]: member } },
    ],
    ['with properties in a list', { namespace: 'n', properties: [property] }],
    ['with an object without a name', { namespace: 'n', objects: [{}] }],
    ['with a tag that is text', { namespace: 'n', tags: ['t'] }],
    [
      'with an association of a number',
      { namespace: 'n', resource_type_associations: [{ name: 1 }] },
    ],
  ])('is refused %s', (_name, body) => {
    expect(kindOf(parseNewNamespace, body)).toBe('invalid');
    expect(kindOf(parseNamespace, body)).toBe('invalid');
  });

  it('counts characters, not code units', () => {
    expect(kindOf(parseNewNamespace, { namespace: '🗄'.repeat(80) })).toBe('accepted');
    expect(kindOf(parseNewNamespace, { namespace: '🗄'.repeat(81) })).toBe('invalid');
  });

  it('holds a property called __proto__ as any other', () => {
    const body: unknown = JSON.parse(
      '{"namespace": "n", "properties": {"__proto__": {"title": "P", "type": "string"}}}',
    );
    expect(parseNewNamespace(body).contents.properties).toEqual([
      { name: '__proto__', document: member },
    ]);
  });
});

describe('a property', () => {
  it.each(['array', 'boolean', 'integer', 'number', 'object', 'string', null])(
    'may be of type %s',
    (type) => {
      expect(parseProperty({ ...property, type }).document.type).toBe(type);
    },
  );

  it('keeps everything that it says, values of any type included', () => {
    const document = {
      type: 'array',
      title: 'P',
      description: 'D',
      operators: ['<in>', '<all-in>'],
      required: ['a'],
      enum: ['a', 1, null, { b: [] }],
      default: [false, { c: null }],
      minimum: -1.5,
      maximum: 1e300,
      minLength: 0,
      maxLength: 1,
      pattern: '^a+$',
      readonly: true,
      items: { type: 'string', enum: ['a'] },
      minItems: 0,
      maxItems: 2 ** 53 - 1,
      uniqueItems: true,
      additionalItems: false,
    };
    expect(parseProperty({ name: 'p', ...document })).toEqual({ name: 'p', document });
  });

  it.each([
    ['no name', { name: undefined }],
    ['no title', { title: undefined }],
    ['no type', { type: undefined }],
    ['a pattern that is no expression', { pattern: '(' }],
    ['a negative length', { maxLength: -1 }],
    ['a fraction of an item', { minItems: 0.5 }],
    ['more items than a number holds exactly', { minItems: 2 ** 53 }],
    ['operators that are no list', { operators: '<in>' }],
    ['the same requirement twice', { required: ['a', 'a'] }],
    ['items with a surprise', { items: { type: 'string', surprise: 1 } }],
    ['a surprise', { surprise: 1 }],
  ])('is refused with %s', (_name, change) => {
    const body = JSON.parse(JSON.stringify({ ...property, ...change })) as unknown;
    expect(kindOf(parseProperty, body)).toBe('invalid');
  });
});

describe('an object', () => {
  it('keeps what it says and nothing else', () => {
    const body = {
      name: 'o',
      description: '',
      required: [],
      properties: { p: { name: 'p', ...member } },
    };
    expect(parseObject(body)).toEqual({
      name: 'o',
      document: { description: '', required: [], properties: { p: member } },
    });
  });

  it.each([
    ['without a name', {}],
    ['with a surprise', { name: 'o', surprise: 1 }],
    [
      'with a property that has a surprise',
      { name: 'o', properties: { p: { ...member, surprise: 1 } } },
    ],
    ['with requirements that are no text', { name: 'o', required: [1] }],
  ])('is refused %s', (_name, body) => {
    expect(kindOf(parseObject, body)).toBe('invalid');
  });
});

describe('a list of tags', () => {
  it('is a list of names', () => {
    expect(parseTagNames({ tags: [{ name: 'a' }, { name: 'b' }] })).toEqual(['a', 'b']);
  });

  it.each([
    ['missing', {}],
    ['of text', { tags: ['a'] }],
    ['with more than names', { tags: [{ name: 'a', colour: 'red' }] }],
    ['with an empty name', { tags: [{ name: '' }] }],
  ])('is refused when it is %s', (_name, body) => {
    expect(kindOf(parseTagNames, body)).toBe('invalid');
  });
});
