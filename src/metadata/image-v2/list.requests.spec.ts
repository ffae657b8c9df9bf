import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../../api/http/query-string.js';
import { InvalidRequest } from '../../kernel/errors.js';
import { parseNamespaceList, parseObjectList, parseTagList } from './list.requests.js';

const sizes = { pageSizeDefault: 25, pageSizeMax: 1000 };
const namespaces = (query: string) => parseNamespaceList(parseQuery(`/?${query}`), sizes);
const objects = (query: string) => parseObjectList(parseQuery(`/?${query}`));
const tags = (query: string) => parseTagList(parseQuery(`/?${query}`));

describe('the query of a list of namespaces', () => {
  it('asks for the newest first when it says nothing', () => {
    expect(namespaces('')).toEqual({
      visibility: null,
      resourceTypes: null,
      sort: { field: 'createdAt', direction: 'desc' },
      limit: 25,
      marker: null,
    });
  });

  it('takes everything it may say, and the last of what it says twice', () => {
    expect(
      namespaces(
        'visibility=public&resource_types=OS%3A%3AA,OS::B&sort_key=namespace&sort_dir=asc&limit=1&limit=7&marker=m',
      ),
    ).toEqual({
      visibility: 'public',
      resourceTypes: ['OS::A', 'OS::B'],
      sort: { field: 'name', direction: 'asc' },
      limit: 7,
      marker: 'm',
    });
  });

  it('caps the limit, and takes an empty marker for none', () => {
    expect(namespaces('limit=99999999999&marker=')).toMatchObject({ limit: 1000, marker: null });
  });

  it.each([
    'limit=-1',
    'limit=',
    'limit=ten',
    'limit=1.5',
    'visibility=shared',
    'sort_key=properties',
    'sort_key=__proto__',
    'sort_key=',
    'sort_dir=up',
    'sort_dir=',
  ])('is refused with %s', (query) => {
    expect(() => namespaces(query)).toThrow(InvalidRequest);
  });
});

describe('the query of a list of objects or tags', () => {
  it('asks for all of them when it says nothing', () => {
    const all = { limit: 1000, marker: null };
    expect(objects('')).toEqual({ ...all, sort: { field: 'id', direction: 'asc' } });
    expect(tags('')).toEqual({ ...all, sort: { field: 'createdAt', direction: 'desc' } });
  });

  it('sorts downwards when only a key is given', () => {
    expect(tags('sort_key=name').sort).toEqual({ field: 'name', direction: 'desc' });
  });

  it('may ask for no tags, but not for no objects', () => {
    expect(tags('limit=0').limit).toBe(0);
    expect(() => objects('limit=0')).toThrow(InvalidRequest);
  });

  it.each(['limit=-1', 'limit=x', 'sort_key=document', 'sort_dir=sideways'])(
    'is refused with %s',
    (query) => {
      expect(() => objects(query)).toThrow(InvalidRequest);
      expect(() => tags(query)).toThrow(InvalidRequest);
    },
  );
});
