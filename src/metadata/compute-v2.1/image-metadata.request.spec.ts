import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../kernel/errors.js';
import {
  MetadataKeyUnknown,
  mergeChanges,
  parseMetadata,
  parseMetadataItem,
  removeChanges,
  replaceChanges,
} from './image-metadata.request.js';

const body = (document: unknown, isLenient = false) => ({ document, isLenient });

describe('the metadata of a body', () => {
  it('is checked and otherwise unchanged', () => {
    const metadata = { 'A key_1:2.3-4': '', constructor: 'x'.repeat(255), emoji: '😀'.repeat(255) };
    expect(parseMetadata(body({ metadata }))).toEqual(metadata);
  });

  it('may have names like __proto__', () => {
    const parsed = parseMetadata(body(JSON.parse('{"metadata":{"__proto__":"x"}}')));
    expect(Object.entries(parsed)).toEqual([['__proto__', 'x']]);
  });

  it('may stand beside other keys only on the lenient alias', () => {
    const document = { metadata: { a: 'b' }, more: 1 };
    expect(() => parseMetadata(body(document))).toThrow(InvalidRequest);
    expect(parseMetadata(body(document, true))).toEqual({ a: 'b' });
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { metadata: 'x' },
    { metadata: { a: '😀'.repeat(256) } },
    { metadata: { 'a/b': 'x' } },
    { metadata: { owner: 'x' } },
  ])('is refused (%#)', (document) => {
    expect(() => parseMetadata(body(document))).toThrow(InvalidRequest);
  });
});

describe('the item of a body', () => {
  it('is the one entry with the key of the path', () => {
    expect(parseMetadataItem(body({ meta: { a: 'b' } }), 'a')).toEqual({ a: 'b' });
  });

  it.each([{ meta: {} }, { meta: { a: 'b', c: 'd' } }, { meta: { c: 'd' } }])(
    'is nothing else (%#)',
    (document) => {
      expect(() => parseMetadataItem(body(document), 'a')).toThrow(InvalidRequest);
    },
  );
});

describe('the changes', () => {
  it('of a merge set each key', () => {
    expect(mergeChanges({ a: 'b', kernel_id: 'k' })).toEqual([
      { kind: 'set-property', name: 'a', value: 'b' },
      { kind: 'set-property', name: 'kernel_id', value: 'k' },
    ]);
  });

  it('of a merge that sets nothing still touch the image', () => {
    const touch = [{ kind: 'set-attributes', values: {} }];
    expect(mergeChanges({})).toEqual(touch);
    expect(mergeChanges({ kernel_id: 'none', ramdisk_id: '' })).toEqual(touch);
  });

  it('of a replacement are all keys at once, without kernels called none', () => {
    expect(replaceChanges({ a: 'none', kernel_id: 'None', ramdisk_id: ' ' })).toEqual([
      { kind: 'replace-properties', properties: { a: 'none' } },
    ]);
  });

  it('of a removal are refused for keys that nobody sees', () => {
    expect(removeChanges('a')).toEqual([{ kind: 'remove-property', name: 'a' }]);
    expect(() => removeChanges('os_glance_x')).toThrow(MetadataKeyUnknown);
  });
});
