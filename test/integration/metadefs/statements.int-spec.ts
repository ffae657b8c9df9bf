import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DefinitionQuery } from '../../../src/metadata/application/ports/definition.repository.js';
import type { Namespace } from '../../../src/metadata/domain/namespace.js';
import { PrismaDefinitionRepository } from '../../../src/metadata/persistence/prisma-definition.repository.js';
import { PrismaNamespaceRepository } from '../../../src/metadata/persistence/prisma-namespace.repository.js';
import { aNamespace, aTag, openDatabase } from '../../support/metadefs.js';

const now = new Date();
const text = { type: 'string', title: 'T' } as const;
let opened: Awaited<ReturnType<typeof openDatabase>>;
let namespaces: PrismaNamespaceRepository;
let definitions: PrismaDefinitionRepository;

beforeAll(async () => {
  opened = await openDatabase();
  namespaces = new PrismaNamespaceRepository(opened.database);
  definitions = new PrismaDefinitionRepository(opened.database);
});
afterAll(() => opened.close());

/** Runs the work and counts what goes over the connections to the server. */
async function statementsOf<T>(work: () => Promise<T>): Promise<[number, T]> {
  const original = pg.Client.prototype.query;
  let count = 0;
  pg.Client.prototype.query = function counting(this: pg.Client, ...args: never[]) {
    count += 1;
    return Reflect.apply(original, this, args) as never;
  };
  try {
    const result = await work();
    return [count, result];
  } finally {
    pg.Client.prototype.query = original;
  }
}

const named = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`);

const contentsOf = (count: number) => ({
  associations: named(count).map((name) => ({ name, prefix: null, propertiesTarget: null })),
  properties: named(count).map((name) => ({ name, document: text })),
  objects: named(count).map((name) => ({ name, document: {} })),
  tags: named(count).map(aTag),
});

describe('the number of statements does not depend on how much there is', () => {
  const added: Namespace[] = [];

  it('to create a namespace', async () => {
    const counts: number[] = [];
    for (const size of [1, 1000]) {
      const [count, namespace] = await statementsOf(() =>
        namespaces.add(aNamespace(`n${size}`), contentsOf(size), now),
      );
      counts.push(count);
      added.push(namespace);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeLessThanOrEqual(8);
  });

  it('to show a namespace with everything inside: one', async () => {
    const [count, found] = await statementsOf(() =>
      namespaces.findWithContents('n1000', 'everything'),
    );
    expect(count).toBe(1);
    expect(found?.contents.properties).toHaveLength(1000);
  });

  it('to list namespaces with their associations: one', async () => {
    const [count, page] = await statementsOf(() =>
      namespaces.list({
        scope: 'everything',
        visibility: null,
        resourceTypes: null,
        sort: { field: 'createdAt', direction: 'desc' },
        limit: 25,
        after: null,
      }),
    );
    expect(count).toBe(1);
    expect(page.items.map(({ associations }) => associations.length)).toEqual([1000, 1]);
  });

  it('to list definitions: one, and one for the marker', async () => {
    const query: DefinitionQuery = {
      sort: { field: 'name', direction: 'asc' },
      limit: 1000,
      marker: null,
    };
    const set = { namespace: added[1]!, kind: 'tag' } as const;
    const [first, all] = await statementsOf(() => definitions.list(set, query));
    expect([first, all.length]).toEqual([1, 1000]);
    const [next] = await statementsOf(() => definitions.list(set, { ...query, marker: 'd0' }));
    expect(next).toBe(2);
  });
});
