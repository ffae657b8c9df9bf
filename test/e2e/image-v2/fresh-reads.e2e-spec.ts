import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../../src/platform/database/database.js';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

/** What this process knows, another one changes. */
describe('what is shown from memory', () => {
  let id: string;
  let other: Database;

  beforeAll(async () => {
    id = await api.storedImage({ status: 'active', visibility: 'shared' });
    const { config, databaseUrl } = api.app;
    other = new Database({ ...config.database, url: databaseUrl });
  });

  const get = async (path: string, token: string) =>
    (await api.app.request('GET', path, { token })).body;
  const nameIn: Readonly<Record<string, (token: string) => Promise<string>>> = {
    'the Image API': async (token) => (await get(`/image/v2/images/${id}`, token)).name,
    'the Compute API': async (token) => (await get(`/compute/v2.1/images/${id}`, token)).image.name,
    'a list': async (token) => (await get(`/image/v2/images?id=${id}`, token)).images[0].name,
    'a list of the Compute API': async (token) =>
      (await get('/compute/v2.1/images/detail?limit=1', token)).images[0].name,
  };

  it.each(Object.entries(nameIn))('is what was written last, in %s', async (_where, shown) => {
    const { member } = api.owner;
    for (let time = 0; time < 12; time += 1) {
      const name = `name ${time}`;
      await other.pool.query('UPDATE images SET name = $1 WHERE id = $2', [name, id]);
      expect(await shown(member)).toBe(name);
      // Long enough for it to be known the next time, and not.
      if (time % 3 === 0) await sleep(60);
      for (let again = 0; again < time % 3; again += 1) expect(await shown(member)).toBe(name);
    }
  });

  it('is not what another tenant may not see any more', async () => {
    const { member } = api.partner;
    const status = async () =>
      (await api.app.request('GET', `/image/v2/images/${id}`, { token: member })).status;
    await other.pool.query('INSERT INTO image_members (image_id, member_id) VALUES ($1, $2)', [
      id,
      api.partner.tenantId,
    ]);
    for (let time = 0; time < 4; time += 1) {
      expect(await status()).toBe(200);
      await sleep(40);
    }
    await other.pool.query('DELETE FROM image_members WHERE image_id = $1', [id]);
    expect(await status()).toBe(404);
    await other.close();
  });
});
