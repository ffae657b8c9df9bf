import type { ImageApi } from './image-api.js';

/**
 * Runs `work` while no update of any image takes effect, as when other writers of the image always come first.
 * Only for databases that belong to one test file.
 */
export async function refuseImageUpdates<T>(api: ImageApi, work: () => Promise<T>): Promise<T> {
  const { pool } = api.app.database;
  await pool.query(`CREATE OR REPLACE FUNCTION come_too_late() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END'`);
  await pool.query(`CREATE TRIGGER come_too_late BEFORE UPDATE ON images
    FOR EACH ROW EXECUTE FUNCTION come_too_late()`);
  try {
    return await work();
  } finally {
    await pool.query('DROP TRIGGER come_too_late ON images');
  }
}
