import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { InvalidRequest } from '../../kernel/errors.js';
import { parseImageDocument } from './parse-image-document.js';

const ID = '70a599e0-31e7-49b7-b260-868f441e862b';
const parse = (document: object) => parseImageDocument(JSON.stringify({ id: ID, ...document }));
const published = (name: string): string =>
  readFileSync(new URL(`../../../test/fixtures/${name}`, import.meta.url), 'utf8');

describe('a document', () => {
  it('needs nothing but an id; the rest is as the API creates images', () => {
    expect(parse({})).toEqual({
      id: ID,
      name: null,
      owner: null,
      status: 'queued',
      visibility: 'shared',
      isProtected: false,
      isHidden: false,
      diskFormat: null,
      containerFormat: null,
      size: null,
      virtualSize: null,
      checksum: null,
      hashAlgorithm: null,
      hashValue: null,
      minDisk: 0,
      minRam: 0,
      tags: [],
      properties: {},
      createdAt: null,
      updatedAt: null,
      members: null,
    });
  });

  it('as the Image API page publishes it is read to the last property', () => {
    const document = parseImageDocument(published('published-image-v2.json'));
    expect(document).toMatchObject({
      id: '126a6674-6308-421f-801e-fc302ab4f53f',
      owner: '657197',
      size: 758777106n,
      minRam: 512,
      createdAt: new Date('2015-01-28T19:31:37Z'),
    });
    expect(Object.keys(document?.properties ?? {})).toHaveLength(23);
    expect(document?.properties).toMatchObject({
      flavor_classes: '*,!onmetal',
      'com.rackspace__1__release_id': '220',
    });
  });

  it('keeps property names and values whatever they are', () => {
    const text = `{"id":"${ID}","__proto__":"a","constructor":"b","first":"c","next":"d","é 😀":"","n":null}`;
    const properties = Object.entries(parseImageDocument(text)?.properties ?? {});
    expect(properties).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['first', 'c'],
      ['next', 'd'],
      ['é 😀', ''],
      ['n', null],
    ]);
  });

  it('may have more and longer properties than the API accepts', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, 'x']));
    const document = parse({ ...many, long: 'x'.repeat(100_000) });
    expect(Object.keys(document?.properties ?? {})).toHaveLength(301);
  });

  it('keeps the progress properties of the service', () => {
    expect(parse({ os_glance_failed_import: '' })?.properties).toEqual({
      os_glance_failed_import: '',
    });
  });

  it('says nothing about where the image is', () => {
    const links = { self: '/a', file: '/b', schema: '/c', direct_url: 'd', stores: 'e' };
    expect(parse({ ...links, locations: [{ url: 'f' }] })?.properties).toEqual({});
  });

  it('is skipped when its image was deleted', () => {
    expect(parse({ status: 'deleted', size: 'whatever' })).toBeNull();
    expect(parse({ status: 'pending_delete' })).toBeNull();
  });

  it('gives ids in lower case and tags once', () => {
    const document = parse({ id: ID.toUpperCase(), tags: ['b', 'a', 'b'] });
    expect(document).toMatchObject({ id: ID, tags: ['b', 'a'] });
  });

  it.each([
    ['0', 0n],
    ['9007199254740991', 2n ** 53n - 1n],
    ['9007199254740993', 2n ** 53n + 1n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['1.0', 1n],
    ['1e3', 1000n],
    ['null', null],
  ])('has the size %s exactly', (written, size) => {
    const text = `{"x":"\\"size\\":1","size":${written},"id":"${ID}","virtual_size":9007199254740993}`;
    expect(parseImageDocument(text)).toMatchObject({ size, virtualSize: 9007199254740993n });
  });

  it.each([
    ['2015-01-28T19:31:37Z', '2015-01-28T19:31:37.000Z'],
    ['2015-01-28T19:31:37.123456', '2015-01-28T19:31:37.123Z'],
    ['2015-01-28T19:31:37.5+02:00', '2015-01-28T17:31:37.500Z'],
  ])('reads the date %s', (text, instant) => {
    expect(parse({ created_at: text })?.createdAt).toEqual(new Date(instant));
  });
});

describe('members', () => {
  it('are read with their answers', () => {
    const members = [
      { member_id: 'a', status: 'accepted', created_at: '2020-01-01T00:00:00Z', image_id: ID },
      { member_id: 'b', schema: '/v2/schemas/member' },
    ];
    expect(parse({ members })?.members).toEqual([
      { memberId: 'a', status: 'accepted', createdAt: new Date('2020-01-01'), updatedAt: null },
      { memberId: 'b', status: 'pending', createdAt: null, updatedAt: null },
    ]);
  });

  it('may be none, which is not the same as not listed', () => {
    expect(parse({ members: [] })?.members).toEqual([]);
  });

  it('leave room for a property of that name', () => {
    expect(parse({ members: 'five', os_glance_members: [] })).toMatchObject({
      members: [],
      properties: { members: 'five' },
    });
  });

  it.each([
    ['a member must be an object', ['a']],
    ["the 'member_id' of a member must be a string", [{}]],
    ["the 'member_id' of a member is empty", [{ member_id: '' }]],
    ["the 'member_id' of a member is longer than 255 characters", [{ member_id: 'x'.repeat(256) }]],
    ["'status' must be one of pending, accepted, rejected", [{ member_id: 'a', status: 'no' }]],
    ['a member is listed twice', [{ member_id: 'a' }, { member_id: 'a' }]],
  ])('are refused: %s', (reason, members) => {
    expect(() => parse({ members })).toThrow(new InvalidRequest(reason));
  });
});

describe('a bad document', () => {
  const range = 'must be a whole number from 0 to';
  it.each([
    ["'id' must be a UUID", { id: undefined }],
    ["'id' must be a UUID", { id: 7 }],
    ["'id' must be a UUID", { id: 'cirros' }],
    ["'id' must be a UUID", { id: `${ID}0` }],
    ["'id' must be a UUID", { id: ID.replaceAll('-', '') }],
    ["'name' must be a string", { name: 7 }],
    ["'name' is longer than 255 characters", { name: '😀'.repeat(256) }],
    ["'name' contains U+0000 or an unpaired surrogate", { name: 'a\0' }],
    ["'owner' contains U+0000 or an unpaired surrogate", { owner: '\uD800x' }],
    ["'status' must be one of queued, saving, uploading, importing, active,", { status: 'ok' }],
    ["'visibility' must be one of private, shared, community, public", { visibility: null }],
    ["'protected' must be true or false", { protected: 'True' }],
    ["'protected' must be true or false", { protected: null }],
    ["'os_hidden' must be true or false", { os_hidden: 0 }],
    [`'min_disk' ${range} 2147483647`, { min_disk: -1 }],
    [`'min_ram' ${range} 2147483647`, { min_ram: 2 ** 31 }],
    [`'min_ram' ${range} 2147483647`, { min_ram: 0.5 }],
    [`'min_ram' ${range} 2147483647`, { min_ram: null }],
    [`'size' ${range} 9223372036854775807`, { size: -1 }],
    [`'size' ${range} 9223372036854775807`, { size: '1' }],
    [`'size' ${range} 9223372036854775807`, { size: 1.5 }],
    ["'checksum' is longer than 32 characters", { checksum: 'x'.repeat(33) }],
    ["'os_hash_value' is longer than 128 characters", { os_hash_value: 'x'.repeat(129) }],
    ["'disk_format' is longer than 64 characters", { disk_format: 'x'.repeat(65) }],
    ["'tags' must be a list of strings", { tags: 'a' }],
    ["'tags' must be a list of strings", { tags: null }],
    ["an item of 'tags' must be a string", { tags: ['a', 1] }],
    ["an item of 'tags' is longer than 255 characters", { tags: ['x'.repeat(256)] }],
    ["'created_at' must be a date", { created_at: '2015-02-30T00:00:00Z' }],
    ["'created_at' must be a date", { created_at: 1422473497 }],
    ["'updated_at' must be a date", { updated_at: '0000-01-01T00:00:00Z' }],
    ["'kernel_id' must be a string", { kernel_id: 7 }],
    ["'properties' must be a string", { properties: { a: 'b' } }],
    ["'os_glance_members' must be a string", { members: [], os_glance_members: [] }],
    ['the name of a property is empty', { '': 'x' }],
    ['the name of a property is longer than 255 characters', { ['x'.repeat(256)]: 'x' }],
    ['the name of a property contains U+0000', { 'a\0': 'x' }],
    ["The property name 'deleted_at' is reserved.", { deleted_at: 'x' }],
  ])('is refused: %s', (reason, document) => {
    const act = () => parse(document);
    expect(act).toThrow(reason);
  });

  it.each(['9223372036854775808', '9007199254740993.5', '1e19', '-9007199254740993'])(
    'has the size %s',
    (size) => {
      const act = () => parseImageDocument(`{"id":"${ID}","size":${size}}`);
      expect(act).toThrow(InvalidRequest);
    },
  );

  it.each(['', 'nul', '{"a":}', '{"a":1,}', "{'a':1}"])('is not JSON: %s', (text) => {
    expect(() => parseImageDocument(text)).toThrow(/^not valid JSON/);
  });

  it.each(['null', '7', '"x"', '[]', '[{}]'])('is not an object: %s', (text) => {
    const act = () => parseImageDocument(text);
    expect(act).toThrow(new InvalidRequest('an image document is a JSON object'));
  });

  it('is what the Compute API shows', () => {
    const act = () => parseImageDocument(published('published-compute-image.json'));
    expect(act).toThrow("'id' must be a UUID");
  });
});
