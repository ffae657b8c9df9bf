import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefinitions } from '../../../src/metadata/index.js';
import { PrismaNamespaceRepository } from '../../../src/metadata/persistence/prisma-namespace.repository.js';
import { aNamespace, openDatabase } from '../../support/metadefs.js';

let opened: Awaited<ReturnType<typeof openDatabase>>;
let namespaces: PrismaNamespaceRepository;
let directory: string;

beforeAll(async () => {
  opened = await openDatabase();
  namespaces = new PrismaNamespaceRepository(opened.database);
  directory = await mkdtemp(join(tmpdir(), 'definitions-'));
});
afterAll(async () => {
  await opened.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => opened.database.prisma.metadefNamespace.deleteMany());

async function load(replace = false, path?: string): Promise<string[]> {
  const loaded = await loadDefinitions(opened.database, { replace, path });
  return [...new Set(loaded.map(({ outcome }) => outcome))];
}

async function file(body: object): Promise<string> {
  const path = join(directory, 'namespace.json');
  await writeFile(path, JSON.stringify(body));
  return path;
}

const body = {
  namespace: 'OS::Test',
  visibility: 'public',
  properties: {
    a: { title: 'A', type: 'string', enum: ['x', 'y'] },
    b: { type: 'integer', title: 'B', default: 1 },
  },
  tags: [{ name: 't' }],
};

describe('loading the bundled definitions', () => {
  it('creates all of them, public and protected, and changes nothing the second time', async () => {
    expect(await load()).toEqual(['created']);
    const scope = { publicAndOwnedBy: null };
    const found = await namespaces.findWithContents('OS::Compute::Watchdog', scope);
    expect(found?.namespace).toMatchObject({
      visibility: 'public',
      isProtected: true,
      owner: null,
    });
    expect(found?.contents.properties.map(({ name }) => name)).toEqual(['watchdog_action']);
    expect(await load()).toEqual(['unchanged']);
    expect(await load(true)).toEqual(['unchanged']);
  });

  it('may be done by several at once', async () => {
    const results = await Promise.all([load(), load(), load()]);
    expect(new Set(results.flat())).toEqual(new Set(['created', 'unchanged']));
    expect(await load()).toEqual(['unchanged']);
  });
});

describe('loading a definition again', () => {
  it('takes it for unchanged, in whatever order it is written', async () => {
    expect(await load(false, await file(body))).toEqual(['created']);
    const { b, a } = body.properties;
    const shuffled = {
      ...body,
      properties: { b, a: { enum: a.enum, type: a.type, title: a.title } },
    };
    expect(await load(true, await file(shuffled))).toEqual(['unchanged']);
  });

  it('keeps what differs unless it is told to replace', async () => {
    await load(false, await file(body));
    const changed = { ...body, tags: [{ name: 'u' }], properties: {} };
    expect(await load(false, await file(changed))).toEqual(['kept']);
    const kept = await namespaces.findWithContents('OS::Test', 'everything');
    expect(kept?.contents.tags).toMatchObject([{ name: 't' }]);
    expect(await load(true, await file(changed))).toEqual(['replaced']);
    const replaced = await namespaces.findWithContents('OS::Test', 'everything');
    expect(replaced?.contents.tags).toMatchObject([{ name: 'u' }]);
    expect(replaced?.contents.properties).toEqual([]);
    expect(replaced?.namespace.createdAt).toEqual(kept?.namespace.createdAt);
  });

  it.each([
    [
      'a value of an enumeration',
      { ...body, properties: { ...body.properties, a: { ...body.properties.a, enum: ['x'] } } },
    ],
    ['the visibility', { ...body, visibility: 'private' }],
    ['an association', { ...body, resource_type_associations: [{ name: 'OS::A' }] }],
    ['an owner', { ...body, owner: 'somebody' }],
  ])('notices %s', async (_name, changed) => {
    await load(false, await file(body));
    expect(await load(false, await file(changed))).toEqual(['kept']);
  });

  it('leaves a namespace with its owner when the definition names none', async () => {
    await load(false, await file(body));
    const [namespace] = [await namespaces.find('OS::Test', 'everything')];
    const fields = aNamespace('OS::Test', { visibility: 'public', owner: 'adopted' });
    await namespaces.replace(namespace!, fields, new Date());
    expect(await load(true, await file(body))).toEqual(['unchanged']);
    expect(await load(true, await file({ ...body, tags: [] }))).toEqual(['replaced']);
    expect(await namespaces.find('OS::Test', 'everything')).toMatchObject({ owner: 'adopted' });
  });

  it('changes nothing when a file among others is broken', async () => {
    const path = await mkdtemp(join(directory, 'several-'));
    await writeFile(join(path, 'a.json'), JSON.stringify(body));
    await writeFile(join(path, 'b.json'), '{"namespace": 1}');
    await expect(load(false, path)).rejects.toThrow('b.json');
    expect(await namespaces.find('OS::Test', 'everything')).toBeNull();
  });
});
