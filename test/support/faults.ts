import type { ImageApi } from './image-api.js';

/**
 * Runs `work` while no update of any image takes effect, as when other writers of the image always come first.
 * Only for databases that belong to one test file.
 */
export async function refuseImageUpdates<T>(api: ImageApi, work: () => Promise<T>): Promise<T> {
  const { app } = api;
  await app.asOwner(`CREATE OR REPLACE FUNCTION come_too_late() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END'`);
  await app.asOwner(`CREATE TRIGGER come_too_late BEFORE UPDATE ON images
    FOR EACH ROW EXECUTE FUNCTION come_too_late()`);
  try {
    return await work();
  } finally {
    await app.asOwner('DROP TRIGGER come_too_late ON images');
  }
}
