import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { IdentityEpoch } from '../../src/tenants/application/identity-epoch.js';
import { IdentityStore } from '../../src/tenants/persistence/identity-store.js';
import { PrismaSigningKeyRepository } from '../../src/tenants/persistence/prisma-signing-key.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let testDatabase: TestDatabase;
let database: Database;
let keys: PrismaSigningKeyRepository;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({
    url: testDatabase.url,
    poolSize: 8,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 5000,
  });
  keys = new PrismaSigningKeyRepository(new IdentityStore(database, new IdentityEpoch()));
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const key = (id: string) => ({ id, secret: new Uint8Array([1, 2, 3]) });
const ids = async () => (await keys.list()).map(({ id }) => id);

describe('signing keys in the database', () => {
  it('come back newest first, byte for byte', async () => {
    await keys.addAfter(null, key('one'));
    await keys.addAfter('one', key('two'));
    const [newest, oldest] = await keys.list();
    expect([newest?.id, oldest?.id]).toEqual(['two', 'one']);
    expect([...(oldest?.secret ?? [])]).toEqual([1, 2, 3]);
  });

  it('are added by one of many who try at once', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => keys.addAfter(null, key(`first-${n}`))));
    const [first] = await ids();
    expect(await ids()).toHaveLength(1);
    const next = Array.from({ length: 6 }, (_, n) =>
      keys.addAfter(first ?? null, key(`next-${n}`)),
    );
    await Promise.all(next);
    expect(await ids()).toHaveLength(2);
  });

  it('are removed but for one, all or by age', async () => {
    await keys.addAfter(null, key('one'));
    await keys.addAfter('one', key('two'));
    await keys.removeExcept('two', new Date(0));
    expect(await ids()).toEqual(['two', 'one']);
    await keys.removeExcept('two', null);
    expect(await ids()).toEqual(['two']);
  });
});
