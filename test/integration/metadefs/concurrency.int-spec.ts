import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/kernel/errors.js';
import { PrismaDefinitionRepository } from '../../../src/metadata/persistence/prisma-definition.repository.js';
import { PrismaNamespaceRepository } from '../../../src/metadata/persistence/prisma-namespace.repository.js';
import { PrismaResourceTypeRepository } from '../../../src/metadata/persistence/prisma-resource-type.repository.js';
import { NOTHING_INSIDE, aNamespace, aTag, openDatabase } from '../../support/metadefs.js';

const now = new Date();
let opened: Awaited<ReturnType<typeof openDatabase>>;
let namespaces: PrismaNamespaceRepository;
let definitions: PrismaDefinitionRepository;
let resourceTypes: PrismaResourceTypeRepository;

beforeAll(async () => {
  opened = await openDatabase();
  namespaces = new PrismaNamespaceRepository(opened.database);
  definitions = new PrismaDefinitionRepository(opened.database);
  resourceTypes = new PrismaResourceTypeRepository(opened.database);
});
afterAll(() => opened.close());
beforeEach(() => opened.database.prisma.metadefNamespace.deleteMany());

const WRITERS = 8;
const each = <T>(work: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: WRITERS }, (_, index) => work(index)));

/** How often each outcome occurred; what is no domain error would be a fault of the service. */
function outcomes(results: readonly PromiseSettledResult<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const outcome =
      result.status === 'fulfilled'
        ? 'done'
        : result.reason instanceof DomainError
          ? result.reason.kind
          : String(result.reason);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

describe('of several who write the same at once, one succeeds', () => {
  const once = { done: 1, conflict: WRITERS - 1 };

  it('creating a namespace with contents', async () => {
    const contents = {
      ...NOTHING_INSIDE,
      tags: [aTag('a')],
      associations: [{ name: `OS::${Math.random()}`, prefix: null, propertiesTarget: null }],
    };
    const results = await each(() => namespaces.add(aNamespace('n'), contents, now));
    expect(outcomes(results)).toEqual(once);
  });

  it('adding a definition or an association', async () => {
    const namespace = await namespaces.add(aNamespace('n'), NOTHING_INSIDE, now);
    const association = { name: `OS::${Math.random()}`, prefix: null, propertiesTarget: null };
    expect(
      outcomes(await each(() => definitions.add({ namespace, kind: 'tag' }, [aTag('a')], now))),
    ).toEqual(once);
    expect(
      outcomes(await each(() => resourceTypes.associate(namespace, association, now))),
    ).toEqual(once);
  });

  it('renaming to the same name', async () => {
    const all = await Promise.all(
      Array.from({ length: WRITERS }, (_, index) =>
        namespaces.add(aNamespace(`n${index}`), NOTHING_INSIDE, now),
      ),
    );
    const results = await each((index) => namespaces.replace(all[index]!, aNamespace('n'), now));
    expect(outcomes(results)).toEqual(once);
  });
});

describe('whatever else is written at once', () => {
  it('new resource types in opposite orders never block each other', async () => {
    const types = Array.from({ length: 20 }, (_, index) => `OS::${Math.random()}::${index}`);
    const results = await each((index) => {
      const names = index % 2 === 0 ? types : types.toReversed();
      const associations = names.map((name) => ({ name, prefix: null, propertiesTarget: null }));
      return namespaces.add(aNamespace(`n${index}`), { ...NOTHING_INSIDE, associations }, now);
    });
    expect(outcomes(results)).toEqual({ done: WRITERS });
  });

  it('ends in a result or in a conflict, never in a fault', async () => {
    for (let round = 0; round < 5; round += 1) {
      const namespace = await namespaces.add(aNamespace('n'), NOTHING_INSIDE, now);
      const set = { namespace, kind: 'tag' } as const;
      const association = { name: `OS::${Math.random()}`, prefix: null, propertiesTarget: null };
      const full = { ...NOTHING_INSIDE, tags: [aTag('x')], associations: [association] };
      const results = await Promise.allSettled([
        definitions.add(set, [aTag('a')], now),
        definitions.replaceAll(set, [aTag('a'), aTag('b')], now),
        definitions.replaceAll(set, [aTag('b'), aTag('c')], now),
        definitions.replace(set, 'a', aTag('b'), now),
        definitions.remove(set, 'b'),
        definitions.removeAll(set),
        namespaces.replace(namespace, aNamespace('n'), now),
        namespaces.overwrite(namespace, aNamespace('n'), full, now),
        namespaces.overwrite(namespace, aNamespace('n'), full, now),
        resourceTypes.associate(namespace, association, now),
        ...(round % 2 === 0 ? [namespaces.remove(namespace)] : []),
      ]);
      const allowed = ['done', 'conflict', ...(round % 2 === 0 ? ['not-found'] : [])];
      expect(allowed).toEqual(expect.arrayContaining(Object.keys(outcomes(results))));
      await opened.database.prisma.metadefNamespace.deleteMany();
    }
  });
});
