import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

function tableOf(...routes: [url: string, method: string][]): RouteTable {
  const table = new RouteTable();
  for (const [url, method] of routes) table.add(url, method);
  return table;
}

describe('the methods of a path', () => {
  it('are those of every route that has it', () => {
    const table = tableOf(['/v2/images', 'POST'], ['/v2/images', 'GET'], ['/v2/:any', 'PUT']);
    expect(table.methodsFor('/v2/images?limit=1')).toEqual(['GET', 'POST', 'PUT']);
  });

  it('are none for a path that no route has, catch-all routes aside', () => {
    const table = tableOf(['/v2.1/images', 'GET'], ['/v2.1/*', 'PUT']);
    expect(table.methodsFor('/v2.1/images/')).toEqual([]);
    expect(table.methodsFor('/v2x1/images')).toEqual([]);
  });

  it('heed the pattern of a parameter', () => {
    const table = tableOf(['/v2.1/:tenant_id(^[0-9a-f-]+$)/images/:image_id', 'GET']);
    expect(table.methodsFor('/v2.1/657197/images/x')).toEqual(['GET']);
    expect(table.methodsFor('/v2.1/admin/images/x')).toEqual([]);
    expect(table.methodsFor('/v2.1/657197/images/')).toEqual([]);
  });
});

describe('the list of routes', () => {
  it('names parameters without their patterns', () => {
    const table = tableOf(['/v2.1/:tenant_id(^[0-9a-f-]+$)/images', 'GET']);
    expect(table.list()).toEqual([{ url: '/v2.1/:tenant_id/images', methods: ['GET'] }]);
  });
});
