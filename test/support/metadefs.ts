import type { DraftContents } from '../../src/metadata/domain/namespace-contents.js';
import type { NamespaceFields } from '../../src/metadata/domain/namespace.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { createTestDatabase } from './database.js';

export const NOTHING_INSIDE: DraftContents = {
  associations: [],
  properties: [],
  objects: [],
  tags: [],
};

/** Fields of a private namespace of the tenant `owner`, unless said otherwise. */
export const aNamespace = (
  name: string,
  fields: Partial<NamespaceFields> = {},
): NamespaceFields => ({
  name,
  displayName: null,
  description: null,
  visibility: 'private',
  isProtected: false,
  owner: 'owner',
  ...fields,
});

export const aTag = (name: string) => ({ name, document: null });

/** A migrated database and the way to it, for tests below HTTP. */
export async function openDatabase(): Promise<{ database: Database; close(): Promise<void> }> {
  const { url, drop } = await createTestDatabase();
  const database = new Database({ ...loadConfig({ DATABASE_URL: url }).database, url });
  return {
    database,
    async close() {
      await database.close();
      await drop();
    },
  };
}
