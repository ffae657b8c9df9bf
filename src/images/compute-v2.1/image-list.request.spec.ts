import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../../api/http/query-string.js';
import { InvalidRequest } from '../../kernel/errors.js';
import { parseComputeList } from './image-list.request.js';

const parse = (query: string) => parseComputeList(parseQuery(`/images?${query}`), 1000);
const filters = (query: string) => parse(query).command.filters;

describe('a list without parameters', () => {
  it('is the default list, newest first, one page of the maximum size', () => {
    expect(parse('')).toEqual({
      known: [],
      command: {
        filters: [],
        sort: [{ field: 'createdAt', direction: 'desc' }],
        tieBreak: 'desc',
        limit: 1000,
        marker: null,
        visibility: null,
        memberStatus: 'accepted',
        isHidden: false,
      },
    });
  });
});

describe('filters', () => {
  it.each([
    ['name=a%20b', { kind: 'text', field: 'name', anyOf: ['a b'] }],
    ['name=eq:x', { kind: 'text', field: 'name', anyOf: ['eq:x'] }],
    ['name=in:a,"b,c"', { kind: 'text', field: 'name', anyOf: ['a', 'b,c'] }],
    ['status=Active', { kind: 'text', field: 'status', anyOf: ['active'] }],
    ['status=saving', { kind: 'text', field: 'status', anyOf: ['queued', 'saving'] }],
    ['status=ERROR', { kind: 'text', field: 'status', anyOf: ['killed'] }],
    ['status=Importing', { kind: 'text', field: 'status', anyOf: ['importing'] }],
    [
      'status=unknown',
      { kind: 'text', field: 'status', anyOf: ['uploading', 'importing', 'deactivated'] },
    ],
    ['status=DELETED', { kind: 'nothing' }],
    ['status=', { kind: 'nothing' }],
    ['server=http://c/v2.1/servers/abc', { kind: 'property', name: 'instance_uuid', value: 'abc' }],
    ['server=abc', { kind: 'property', name: 'instance_uuid', value: 'abc' }],
    ['type=backup', { kind: 'property', name: 'image_type', value: 'backup' }],
    ['minRam=512', { kind: 'number', field: 'minRam', from: 512n, to: 512n }],
    ['minDisk=0', { kind: 'number', field: 'minDisk', from: 0n, to: 0n }],
    ['property-os_distro=x', { kind: 'property', name: 'os_distro', value: 'x' }],
    ['property-property-a=x', { kind: 'property', name: 'property-a', value: 'x' }],
    ['property-os_glance_x=x', { kind: 'nothing' }],
    [
      'changes-since=2011-01-01T01:02:03',
      { kind: 'instant', field: 'updatedAt', from: new Date('2011-01-01T01:02:03Z') },
    ],
    [
      'changes-since=2011-01-01T01:02:03%2B02:00',
      { kind: 'instant', field: 'updatedAt', from: new Date('2010-12-31T23:02:03Z') },
    ],
  ])('%s', (query, filter) => {
    expect(filters(query)).toEqual([filter]);
  });

  it('combine, and ignore what they do not know', () => {
    expect(filters('name=a&owner=x&type=base&toString=1')).toHaveLength(2);
  });

  it('use the last of repeated values', () => {
    expect(filters('name=a&name=b')).toEqual([{ kind: 'text', field: 'name', anyOf: ['b'] }]);
  });

  it('bring killed images back for ERROR only', () => {
    expect(parse('status=ERROR').command.withKilled).toBe(true);
    expect(parse('status=ACTIVE').command.withKilled).toBeUndefined();
  });
});

describe('paging', () => {
  it('takes the page size, up to the maximum', () => {
    expect(parse('limit=7').command.limit).toBe(7);
    expect(parse('limit=1001').command.limit).toBe(1000);
  });

  it('remembers what it knows, each once, for the next page', () => {
    expect(parse('name=a&x=1&limit=1&name=b&offset=3').known).toEqual([
      ['name', 'b'],
      ['limit', '1'],
      ['offset', '3'],
    ]);
  });
});

describe('a bad value', () => {
  it.each([
    'limit=0',
    'limit=-1',
    'limit=x&limit=5',
    'page_size=0',
    'offset=x',
    'minRam=1.5',
    'minDisk=1e3',
    'changes-since=now',
    'name=in:"a',
    Array.from({ length: 50 }, (_item, index) => `property-${index}=x`).join('&'),
  ])('is refused: %.40s', (query) => {
    expect(() => parse(query)).toThrow(InvalidRequest);
  });
});
