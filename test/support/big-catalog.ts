import { createHash } from 'node:crypto';
import pg from 'pg';
import { buildCatalog } from '../../bench/build-catalog.js';
import { LARGEST, PARTNER, SMALL } from '../../bench/catalog.sql.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import type { ModelCaller } from './list-model.js';

/** Large enough that a plan which reads what grows stands out; built in about half a minute. */
export const BIG = 200_000;

const tenantId = (n: number): string => createHash('md5').update(`tenant ${n}`).digest('hex');

/** Tenants of every kind: how much each owns or is shared with decides how its lists are best read. */
export const KINDS: Readonly<Record<string, ModelCaller>> = {
  'with 3 images': { tenantId: tenantId(SMALL), isAdmin: false },
  'with 3 in 10 of all images': { tenantId: tenantId(LARGEST), isAdmin: false },
  'with 5,000 shared images': { tenantId: tenantId(PARTNER), isAdmin: false },
  'of an admin': { tenantId: 'admin', isAdmin: true },
};

export const owners = { largest: tenantId(LARGEST), middling: tenantId(5) };

export async function createBigCatalog(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await buildCatalog(client, BIG);
  } finally {
    await client.end();
  }
  return database;
}
