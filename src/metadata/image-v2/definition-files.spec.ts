import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateNamespaceCommand } from '../application/manage-namespaces.js';
import type { PropertySchema } from '../domain/definition.js';
import { assertConsistent } from '../domain/namespace-contents.js';
import { DefinitionFileError, bundledDefinitions, readDefinitions } from './definition-files.js';

describe('the bundled definitions', () => {
  let namespaces: CreateNamespaceCommand[];
  beforeAll(async () => {
    namespaces = await readDefinitions(bundledDefinitions());
  });

  it('are at least twelve namespaces, public and protected, each with a name only it has', () => {
    expect(namespaces.length).toBeGreaterThanOrEqual(12);
    expect(new Set(namespaces.map(({ fields }) => fields.name)).size).toBe(namespaces.length);
    for (const { fields, contents } of namespaces) {
      expect(fields).toMatchObject({ visibility: 'public', isProtected: true });
      expect(fields.displayName).toBeTruthy();
      expect(fields.description).toBeTruthy();
      expect(contents.associations.length).toBeGreaterThan(0);
      assertConsistent(contents);
    }
  });

  it('describe every property, with a default that it accepts itself', () => {
    const ajv = new Ajv({ strict: false });
    const broken = namespaces.flatMap((namespace) =>
      propertiesOf(namespace).filter(([, schema]) => {
        const isDescribed = schema.title !== '' && (schema.description ?? '') !== '';
        const isConsistent =
          schema.default === undefined || ajv.validate({ ...schema, required: [] }, schema.default);
        return !isDescribed || !isConsistent;
      }),
    );
    expect(broken).toEqual([]);
  });

  it('require only properties that they define', () => {
    for (const { document } of namespaces.flatMap(({ contents }) => contents.objects)) {
      const defined = Object.keys(document.properties ?? {});
      expect(defined).toEqual(expect.arrayContaining([...(document.required ?? [])]));
    }
  });
});

function propertiesOf({ contents }: CreateNamespaceCommand): [string, PropertySchema][] {
  return [
    ...contents.properties.map(({ name, document }): [string, PropertySchema] => [name, document]),
    ...contents.objects.flatMap(({ document }) => Object.entries(document.properties ?? {})),
  ];
}

describe('readDefinitions', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'definitions-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });
  const file = async (name: string, body: unknown): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, typeof body === 'string' ? body : JSON.stringify(body));
    return path;
  };

  it('reads what the service itself answered, without what only it sets', async () => {
    const path = await file('exported.json', {
      namespace: 'n',
      owner: 'o',
      self: '/v2/metadefs/namespaces/n',
      schema: '/v2/schemas/metadefs/namespace',
      created_at: '2026-01-31T12:00:00Z',
      updated_at: '2026-01-31T12:00:00Z',
      resource_type_associations: [{ name: 'OS::A', created_at: '2026-01-31T12:00:00Z' }],
    });
    const [read] = await readDefinitions(path);
    expect(read).toMatchObject({
      fields: { name: 'n', owner: 'o' },
      contents: { associations: [{ name: 'OS::A', prefix: null, propertiesTarget: null }] },
    });
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an unknown member', { namespace: 'n', surprise: 1 }],
    ['no namespace', {}],
  ])('names the file that holds %s', async (_name, body) => {
    const path = await file('broken.json', body);
    await expect(readDefinitions(path)).rejects.toThrow(DefinitionFileError);
    await expect(readDefinitions(path)).rejects.toThrow(`${path}: `);
  });

  it('says so when there is nothing to read', async () => {
    const empty = await mkdtemp(join(directory, 'empty-'));
    await expect(readDefinitions(empty)).rejects.toThrow('holds no definitions');
    await expect(readDefinitions(join(directory, 'absent'))).rejects.toThrow('cannot be read');
  });
});
