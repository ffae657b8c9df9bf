import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NamespaceQuery } from '../../../src/metadata/application/ports/namespace.repository.js';
import {
  NAMESPACE_SORT_FIELDS,
  type NamespaceSortField,
} from '../../../src/metadata/application/ports/namespace.repository.js';
import {
  NamespaceExists,
  NamespaceNotFound,
} from '../../../src/metadata/domain/metadata.errors.js';
import type { Namespace, NamespaceScope } from '../../../src/metadata/domain/namespace.js';
import { PrismaNamespaceRepository } from '../../../src/metadata/persistence/prisma-namespace.repository.js';
import { NOTHING_INSIDE, aNamespace, aTag, openDatabase } from '../../support/metadefs.js';

const now = new Date('2026-01-31T12:00:00.123Z');
const later = new Date('2026-02-28T12:00:00.456Z');

let opened: Awaited<ReturnType<typeof openDatabase>>;
let namespaces: PrismaNamespaceRepository;

beforeAll(async () => {
  opened = await openDatabase();
  namespaces = new PrismaNamespaceRepository(opened.database);
});
afterAll(() => opened.close());
beforeEach(() => opened.database.prisma.metadefNamespace.deleteMany());

const query = (change: Partial<NamespaceQuery> = {}): NamespaceQuery => ({
  scope: 'everything',
  visibility: null,
  resourceTypes: null,
  sort: { field: 'createdAt', direction: 'desc' },
  limit: 1000,
  after: null,
  ...change,
});

async function listed(change: Partial<NamespaceQuery> = {}): Promise<string[]> {
  const page = await namespaces.list(query(change));
  return page.items.map(({ namespace }) => namespace.name);
}

const text = { type: 'string', title: 'T' } as const;
const full = {
  associations: [
    { name: 'OS::New', prefix: 'n_', propertiesTarget: 'image' },
    { name: 'OS::Nova::Flavor', prefix: null, propertiesTarget: null },
  ],
  properties: [
    { name: 'z', document: { ...text, default: { b: 1, a: [null] } } },
    { name: '__proto__', document: text },
  ],
  objects: [
    {
      name: 'o',
      document: JSON.parse('{"properties":{"__proto__":{"type":"string","title":"T"}}}') as object,
    },
  ],
  tags: [aTag('b'), aTag('a')],
};

describe('a namespace with everything inside', () => {
  it('comes back as it was added, in the order it was added', async () => {
    const fields = aNamespace('n', { displayName: 'N', description: '', isProtected: true });
    const added = await namespaces.add(fields, full, now);
    const dates = { createdAt: now, updatedAt: now };
    const found = await namespaces.findWithContents('n', 'everything');
    expect(found?.namespace).toEqual({ ...fields, id: added.id, ...dates });
    expect(JSON.stringify(found?.contents)).toBe(
      JSON.stringify({
        associations: full.associations.map((one) => ({ ...one, ...dates })),
        properties: full.properties.map((one) => ({ ...one, ...dates })),
        objects: full.objects.map((one) => ({ ...one, ...dates })),
        tags: full.tags.map((one) => ({ ...one, ...dates })),
      }),
    );
  });

  it('is added whole or not at all', async () => {
    const twice = { ...full, tags: [aTag('a'), aTag('a')] };
    await expect(namespaces.add(aNamespace('n'), twice, now)).rejects.toThrow(NamespaceExists);
    expect(await namespaces.find('n', 'everything')).toBeNull();
  });

  it('is gone with everything inside when it is removed', async () => {
    const added = await namespaces.add(aNamespace('n'), full, now);
    expect(await namespaces.remove(added)).toBe(true);
    expect(await namespaces.remove(added)).toBe(false);
    expect(await opened.database.prisma.metadefDefinition.count()).toBe(0);
    expect(await opened.database.prisma.metadefAssociation.count()).toBe(0);
  });

  it('is not removed once it is protected, whatever the caller still believes', async () => {
    const before = await namespaces.add(aNamespace('n'), full, now);
    await namespaces.replace(before, aNamespace('n', { isProtected: true }), later);
    expect(await namespaces.remove(before)).toBe(false);
    expect(await namespaces.find('n', 'everything')).not.toBeNull();
  });

  it('is overwritten whole', async () => {
    const before = await namespaces.add(aNamespace('n'), full, now);
    const fields = aNamespace('n', { visibility: 'public' });
    await namespaces.overwrite(before, fields, { ...NOTHING_INSIDE, tags: [aTag('c')] }, later);
    const found = await namespaces.findWithContents('n', 'everything');
    expect(found?.namespace).toEqual({
      ...fields,
      id: before.id,
      createdAt: now,
      updatedAt: later,
    });
    expect(found?.contents).toEqual({
      ...NOTHING_INSIDE,
      tags: [{ ...aTag('c'), createdAt: later, updatedAt: later }],
    });
  });
});

describe('a replacement', () => {
  it('renames, and keeps what is inside', async () => {
    const before = await namespaces.add(aNamespace('old'), full, now);
    const after = await namespaces.replace(before, aNamespace('new'), later);
    expect(after).toEqual({
      ...aNamespace('new'),
      id: before.id,
      createdAt: now,
      updatedAt: later,
    });
    expect(await namespaces.find('old', 'everything')).toBeNull();
    expect((await namespaces.findWithContents('new', 'everything'))?.contents.tags).toHaveLength(2);
  });

  it('fails when the new name is taken, or the namespace is gone', async () => {
    const before = await namespaces.add(aNamespace('a'), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('b'), NOTHING_INSIDE, now);
    await expect(namespaces.replace(before, aNamespace('b'), later)).rejects.toThrow(
      NamespaceExists,
    );
    await namespaces.remove(before);
    await expect(namespaces.replace(before, aNamespace('a'), later)).rejects.toThrow(
      NamespaceNotFound,
    );
    await expect(namespaces.overwrite(before, aNamespace('a'), full, later)).rejects.toThrow(
      NamespaceNotFound,
    );
  });
});

describe('the scope', () => {
  const visible: [string, NamespaceScope, string[]][] = [
    ['everything', 'everything', ['mine', 'ownerless', 'public', 'theirs']],
    ['a tenant', { publicAndOwnedBy: 'me' }, ['mine', 'public']],
    ['another tenant', { publicAndOwnedBy: 'they' }, ['public', 'theirs']],
    ['a stranger', { publicAndOwnedBy: 'nobody' }, ['public']],
    ['nobody', { publicAndOwnedBy: null }, ['public']],
  ];

  it.each(visible)('of %s is the same for lists and for names', async (_name, scope, expected) => {
    await namespaces.add(aNamespace('mine', { owner: 'me' }), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('theirs', { owner: 'they' }), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('ownerless', { owner: null }), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('public', { visibility: 'public' }), NOTHING_INSIDE, now);
    const names = await listed({ scope, sort: { field: 'name', direction: 'asc' } });
    expect(names).toEqual(expected);
    for (const name of ['mine', 'ownerless', 'public', 'theirs']) {
      const isVisible = expected.includes(name);
      expect((await namespaces.find(name, scope)) !== null).toBe(isVisible);
      expect((await namespaces.findWithContents(name, scope)) !== null).toBe(isVisible);
    }
  });
});

describe('a list', () => {
  it('filters by visibility and by resource types', async () => {
    await namespaces.add(aNamespace('public', { visibility: 'public' }), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('associated'), full, now);
    expect(await listed({ visibility: 'public' })).toEqual(['public']);
    expect(await listed({ resourceTypes: ['OS::Other', 'OS::Nova::Flavor'] })).toEqual([
      'associated',
    ]);
    expect(await listed({ resourceTypes: ['OS::Other'] })).toEqual([]);
    expect(await listed({ resourceTypes: ['OS::Nova::Flavor'], visibility: 'public' })).toEqual([]);
  });

  it.each(
    NAMESPACE_SORT_FIELDS.flatMap((field) =>
      (['asc', 'desc'] as const).map((direction) => ({ field, direction })),
    ),
  )('by $field $direction pages without gaps and repetitions', async ({ field, direction }) => {
    const added: Namespace[] = [];
    for (const index of [4, 1, 0, 3, 2, 5, 6]) {
      const fields = aNamespace(`n${index}`, {
        displayName: [null, '', 'B', 'a'][index % 4] ?? null,
        description: [null, 'x'][index % 2] ?? null,
        owner: [null, 'o'][index % 2] ?? null,
        visibility: index % 3 === 0 ? 'public' : 'private',
        isProtected: index % 2 === 0,
      });
      added.push(await namespaces.add(fields, NOTHING_INSIDE, index < 3 ? now : later));
    }
    const expected = added.toSorted(comparison(field)).map(({ name }) => name);
    if (direction === 'desc') expected.reverse();
    for (const limit of [1, 2, 3, 7, 8]) {
      expect(await pages({ sort: { field, direction }, limit })).toEqual(expected);
    }
  });

  it('goes on after a namespace that the filters leave out', async () => {
    const fields = { visibility: 'public' } as const;
    await namespaces.add(aNamespace('a', fields), NOTHING_INSIDE, now);
    const after = await namespaces.add(aNamespace('b'), NOTHING_INSIDE, now);
    await namespaces.add(aNamespace('c', fields), NOTHING_INSIDE, now);
    const sort = { field: 'name', direction: 'asc' } as const;
    expect(await listed({ visibility: 'public', sort, after })).toEqual(['c']);
  });

  it('can be asked for nothing', async () => {
    await namespaces.add(aNamespace('n'), NOTHING_INSIDE, now);
    expect(await namespaces.list(query({ limit: 0 }))).toEqual({ items: [], isFull: false });
  });
});

async function pages(change: Partial<NamespaceQuery>): Promise<string[]> {
  const names: string[] = [];
  let after: Namespace | null = null;
  for (;;) {
    const page = await namespaces.list(query({ ...change, after }));
    names.push(...page.items.map(({ namespace }) => namespace.name));
    if (!page.isFull) return names;
    after = page.items.at(-1)?.namespace ?? null;
  }
}

/** Code points, absent text as empty; then the date, then the order of creation. */
function comparison(field: NamespaceSortField) {
  const key = (one: Namespace) => [one[field] ?? '', one.createdAt, one.id] as const;
  return (a: Namespace, b: Namespace): number => {
    const [left, right] = [key(a), key(b)];
    const differing = left.map((value, index) => [value, right[index]!] as const);
    const [l, r] = differing.find(([x, y]) => x < y !== x > y) ?? [0, 0];
    return l < r ? -1 : Number(l > r);
  };
}
