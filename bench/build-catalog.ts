import type { Client } from 'pg';
import { ADD_IMAGES, ADD_MEMBERS } from './catalog.sql.js';

const CHUNK = 50_000;

/** The indexes that no constraint needs: made anew at the end, which is several times quicker. */
const SECONDARY_INDEXES = `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition
  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
  WHERE x.indrelid IN ('images'::regclass, 'image_members'::regclass)
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)`;

/**
 * Fills an empty, migrated database with the deterministic catalog of `size` images.
 * @param report told the share that is done, 0 to 1, as it grows
 */
export async function buildCatalog(
  client: Client,
  size: number,
  report: (share: number) => void = () => undefined,
): Promise<void> {
  await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '256MB'`);
  // As a bulk load: the audit tells of it by numbers.
  await client.query(`SET catalog.bulk = 'on'`);
  const { rows } = await client.query<{ name: string; definition: string }>(SECONDARY_INDEXES);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  for (let first = 1; first <= size; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, size);
    await client.query(ADD_IMAGES, [size, first, last]);
    report((0.6 * last) / size);
  }
  for (const statement of ADD_MEMBERS) await client.query(statement);
  report(0.75);
  for (const { definition } of rows) await client.query(definition);
  report(0.95);
  await client.query('VACUUM ANALYZE images, image_members, tenants');
  await client.query('RESET catalog.bulk');
  report(1);
}
