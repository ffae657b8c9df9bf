import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DEFINITION_SORT_FIELDS,
  type DefinitionQuery,
} from '../../../src/metadata/application/ports/definition.repository.js';
import type { DefinitionKind } from '../../../src/metadata/domain/definition.js';
import {
  AssociationExists,
  DefinitionExists,
  DefinitionLimitExceeded,
  DefinitionNotFound,
  NamespaceNotFound,
} from '../../../src/metadata/domain/metadata.errors.js';
import type { Namespace } from '../../../src/metadata/domain/namespace.js';
import { PrismaDefinitionRepository } from '../../../src/metadata/persistence/prisma-definition.repository.js';
import { PrismaNamespaceRepository } from '../../../src/metadata/persistence/prisma-namespace.repository.js';
import { PrismaResourceTypeRepository } from '../../../src/metadata/persistence/prisma-resource-type.repository.js';
import { NOTHING_INSIDE, aNamespace, aTag, openDatabase } from '../../support/metadefs.js';

const now = new Date('2026-01-31T12:00:00.123Z');
const later = new Date('2026-02-28T12:00:00.456Z');
const all: DefinitionQuery = { sort: { field: 'id', direction: 'asc' }, limit: 1000, marker: null };

let opened: Awaited<ReturnType<typeof openDatabase>>;
let namespaces: PrismaNamespaceRepository;
let definitions: PrismaDefinitionRepository;
let resourceTypes: PrismaResourceTypeRepository;
let namespace: Namespace;

beforeAll(async () => {
  opened = await openDatabase();
  namespaces = new PrismaNamespaceRepository(opened.database);
  definitions = new PrismaDefinitionRepository(opened.database);
  resourceTypes = new PrismaResourceTypeRepository(opened.database);
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.database.prisma.metadefNamespace.deleteMany();
  namespace = await namespaces.add(aNamespace('n'), NOTHING_INSIDE, now);
});

const set = <Kind extends DefinitionKind>(kind: Kind) => ({ namespace, kind });
const some = (count: number, prefix = 't') =>
  Array.from({ length: count }, (_, index) => aTag(`${prefix}${String(index).padStart(4, '0')}`));

async function tags(query: Partial<DefinitionQuery> = {}): Promise<string[]> {
  const found = await definitions.list(set('tag'), { ...all, ...query });
  return found.map(({ name }) => name);
}

describe('a definition', () => {
  it('comes back as it was added, whatever its keys are called', async () => {
    const document = JSON.parse(
      '{"properties":{"__proto__":{"title":"T","type":"string"},"a":{"type":null,"title":""}}}',
    ) as object;
    await definitions.add(set('object'), [{ name: 'o', document }], now);
    const found = await definitions.find(set('object'), 'o');
    expect(found).toMatchObject({ name: 'o', createdAt: now, updatedAt: now });
    expect(JSON.stringify(found?.document)).toBe(JSON.stringify(document));
  });

  it('may share its name with one of another kind, but not with one of its own', async () => {
    await definitions.add(set('tag'), [aTag('x')], now);
    await definitions.add(set('object'), [{ name: 'x', document: {} }], now);
    await expect(definitions.add(set('tag'), [aTag('x')], now)).rejects.toThrow(DefinitionExists);
    expect(await definitions.find(set('property'), 'x')).toBeNull();
  });

  it('is replaced under a new name, and keeps the date of its creation', async () => {
    await definitions.add(set('object'), [{ name: 'old', document: { description: 'a' } }], now);
    const draft = {
      name: 'new',
      document: JSON.parse('{"properties":{"__proto__":{}}}') as object,
    };
    const replaced = await definitions.replace(set('object'), 'old', draft, later);
    expect(replaced).toEqual({ ...draft, createdAt: now, updatedAt: later });
    const found = await definitions.find(set('object'), 'new');
    expect(JSON.stringify(found)).toBe(JSON.stringify(replaced));
    expect(await definitions.find(set('object'), 'old')).toBeNull();
  });

  it('is not replaced when it is absent or the new name is taken', async () => {
    await definitions.add(set('tag'), [aTag('a'), aTag('b')], now);
    expect(await definitions.replace(set('tag'), 'c', aTag('d'), later)).toBeNull();
    await expect(definitions.replace(set('tag'), 'a', aTag('b'), later)).rejects.toThrow(
      DefinitionExists,
    );
  });

  it('is removed once', async () => {
    await definitions.add(set('tag'), [aTag('a'), aTag('b')], now);
    expect(await definitions.remove(set('tag'), 'a')).toBe(true);
    expect(await definitions.remove(set('tag'), 'a')).toBe(false);
    await definitions.removeAll(set('object'));
    expect(await tags()).toEqual(['b']);
    await definitions.removeAll(set('tag'));
    expect(await tags()).toEqual([]);
  });

  it('is not removed once its namespace is protected, whatever the caller still believes', async () => {
    await definitions.add(set('tag'), [aTag('a')], now);
    await resourceTypes.associate(namespace, associated('OS::A'), now);
    await namespaces.replace(namespace, aNamespace('n', { isProtected: true }), later);
    expect(await definitions.remove(set('tag'), 'a')).toBe(false);
    await definitions.removeAll(set('tag'));
    expect(await tags()).toEqual(['a']);
    expect(await resourceTypes.dissociate(namespace, 'OS::A')).toBe(false);
  });

  it('cannot be written into a namespace that is gone', async () => {
    await namespaces.remove(namespace);
    await expect(definitions.add(set('tag'), [aTag('a')], now)).rejects.toThrow(NamespaceNotFound);
    await expect(definitions.replaceAll(set('tag'), [], now)).rejects.toThrow(NamespaceNotFound);
    await expect(resourceTypes.associate(namespace, associated('OS::A'), now)).rejects.toThrow(
      NamespaceNotFound,
    );
  });
});

describe('many definitions', () => {
  it('are added all or none', async () => {
    await definitions.add(set('tag'), [aTag('a')], now);
    const more = [aTag('b'), aTag('a')];
    await expect(definitions.add(set('tag'), more, now)).rejects.toThrow(DefinitionExists);
    expect(await tags()).toEqual(['a']);
  });

  it('replace all of their kind and no others', async () => {
    await definitions.add(set('tag'), [aTag('a'), aTag('b')], now);
    await definitions.add(set('object'), [{ name: 'o', document: {} }], now);
    await definitions.replaceAll(set('tag'), [aTag('c'), aTag('a')], later);
    expect(await tags()).toEqual(['c', 'a']);
    expect(await definitions.find(set('object'), 'o')).not.toBeNull();
  });

  it('are at most 1000 of a kind', async () => {
    await definitions.add(set('tag'), some(999), now);
    await definitions.add(set('object'), [{ name: 'o', document: {} }], now);
    await expect(definitions.add(set('tag'), some(2, 'u'), now)).rejects.toThrow(
      DefinitionLimitExceeded,
    );
    await definitions.add(set('tag'), some(1, 'u'), now);
    await definitions.replaceAll(set('tag'), some(1000, 'v'), now);
    await expect(definitions.replaceAll(set('tag'), some(1001), now)).rejects.toThrow(
      DefinitionLimitExceeded,
    );
    expect(await tags()).toHaveLength(1000);
  });

  it('are at most 1000 also when many write at once', async () => {
    await definitions.add(set('tag'), some(995), now);
    const results = await Promise.allSettled(
      some(12, 'u').map((draft) => definitions.add(set('tag'), [draft], now)),
    );
    const refused = results.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual(
      Array.from({ length: 7 }, () => expect.any(DefinitionLimitExceeded)),
    );
    expect(await tags()).toHaveLength(1000);
  });
});

describe('a list', () => {
  it.each(
    DEFINITION_SORT_FIELDS.flatMap((field) =>
      (['asc', 'desc'] as const).map((direction) => ({ field, direction })),
    ),
  )('by $field $direction pages without gaps and repetitions', async ({ field, direction }) => {
    await definitions.add(set('tag'), [aTag('d'), aTag('b')], later);
    await definitions.add(set('tag'), [aTag('a'), aTag('é')], now);
    await definitions.replace(set('tag'), 'b', aTag('c'), new Date('2026-03-01T00:00:00Z'));
    const expected = {
      name: ['a', 'c', 'd', 'é'],
      createdAt: ['a', 'é', 'd', 'c'],
      updatedAt: ['a', 'é', 'd', 'c'],
      id: ['d', 'c', 'a', 'é'],
    }[field];
    if (direction === 'desc') expected.reverse();
    for (const limit of [1, 2, 3, 4, 5]) {
      const names: string[] = [];
      for (let page = ['']; page.length > 0; names.push(...page)) {
        page = await tags({ sort: { field, direction }, limit, marker: names.at(-1) ?? null });
      }
      expect(names).toEqual(expected);
    }
  });

  it('knows no marker of another kind or namespace', async () => {
    await definitions.add(set('object'), [{ name: 'x', document: {} }], now);
    const other = await namespaces.add(aNamespace('other'), NOTHING_INSIDE, now);
    await definitions.add({ namespace: other, kind: 'tag' }, [aTag('x')], now);
    await expect(tags({ marker: 'x' })).rejects.toThrow(DefinitionNotFound);
  });
});

const associated = (name: string) => ({ name, prefix: 'p_', propertiesTarget: null });

describe('an association', () => {
  it('creates the resource type when it is new, which stays', async () => {
    const association = await resourceTypes.associate(namespace, associated('OS::Fresh'), now);
    expect(association).toEqual({ ...associated('OS::Fresh'), createdAt: now, updatedAt: now });
    expect(await resourceTypes.listAssociations(namespace)).toEqual([association]);
    expect(await resourceTypes.findAssociation(namespace, 'OS::Fresh')).toEqual(association);
    expect(await resourceTypes.dissociate(namespace, 'OS::Fresh')).toBe(true);
    expect(await resourceTypes.dissociate(namespace, 'OS::Fresh')).toBe(false);
    expect(await resourceTypes.findAssociation(namespace, 'OS::Fresh')).toBeNull();
    const types = await resourceTypes.list(1000, null);
    expect(types.items.map(({ name }) => name)).toContain('OS::Fresh');
  });

  it('is made once', async () => {
    await resourceTypes.associate(namespace, associated('OS::A'), now);
    await expect(resourceTypes.associate(namespace, associated('OS::A'), now)).rejects.toThrow(
      AssociationExists,
    );
  });

  it('is with one of the types that are there from the beginning, page by page', async () => {
    const seeded = [
      'OS::Cinder::Volume',
      'OS::Glance::Image',
      'OS::Nova::Aggregate',
      'OS::Nova::Flavor',
      'OS::Nova::Server',
      'OS::Trove::Instance',
    ];
    const types = await resourceTypes.list(1000, null);
    expect(types.items.map(({ name }) => name)).toEqual(expect.arrayContaining(seeded));
    const page = await resourceTypes.list(2, 'OS::Nova::Aggregate');
    expect(page.items.map(({ name }) => name)).toEqual(['OS::Nova::Flavor', 'OS::Nova::Server']);
  });
});
