import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RemoveExpiredRecords } from '../../src/audit/index.js';
import { SweepImageData } from '../../src/images/application/sweep-image-data.js';
import { useImageApi } from '../support/image-api.js';

const api = useImageApi({ CATALOG_AUDIT_RETENTION: '30d' });

const query = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await api.app.database.pool.query(text, values)).rows;

/** What goes over the connections to the server: the names of prepared statements, and the texts of others. */
const sent: string[] = [];

beforeAll(() => {
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function recording(this: pg.Client, ...args: never[]) {
    const [asked] = args as unknown as [string | { readonly name?: string; readonly text: string }];
    sent.push(typeof asked === 'string' ? asked : (asked.name ?? asked.text));
    return Reflect.apply(original, this, args) as never;
  };
});

async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  sent.length = 0;
  await work();
  return sent.filter((name) => name !== 'suspended-tenants');
}

describe('audit records', () => {
  it.each([
    ['UPDATE', `UPDATE audit_records SET user_id = 'nobody'`],
    ['DELETE', 'DELETE FROM audit_records'],
    ['TRUNCATE', 'TRUNCATE audit_records CASCADE'],
  ])('refuse %s in the database itself', async (_command, text) => {
    const { id } = await api.image();

    await expect(api.app.asOwner(text)).rejects.toThrow('Audit records are append-only.');
    expect(await query('SELECT FROM audit_records WHERE image_id = $1', id)).toHaveLength(1);
  });

  it('cost no statement of their own: a create is one, a patch is a read and a write', async () => {
    const { id } = await api.image();
    const patch = [{ op: 'replace', path: '/name', value: 'new' }];

    expect(await statementsOf(() => api.image())).toEqual(['add-image']);
    expect(await statementsOf(() => api.patch(id, patch))).toEqual([
      expect.stringMatching(/^find-image/),
      'replace-image',
    ]);
    expect(await query('SELECT FROM audit_records WHERE image_id = $1', id)).toHaveLength(2);
  });

  it('are gone when the transaction of the change is undone', async () => {
    const { id } = await api.image();
    const client = await api.app.database.pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE images SET name = 'undone' WHERE id = $1`, [id]);
    await client.query('ROLLBACK');
    client.release();

    expect(await query('SELECT FROM audit_records WHERE image_id = $1', id)).toHaveLength(1);
  });

  it('name the right caller each, however many write at once', async () => {
    const tenants = [api.owner, api.partner, api.stranger];
    const made = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const tenant = tenants[index % 3]!;
        const reply = await api.post('/images', {}, { token: tenant.member });
        const requestId = String(reply.headers['x-openstack-request-id']);
        return { id: String(reply.body.id), acting: tenant.tenantId, requestId };
      }),
    );

    const rows = await query(
      `SELECT image_id AS id, acting_tenant_id AS acting, request_id AS "requestId" FROM audit_records
       WHERE image_id = ANY ($1)`,
      made.map(({ id }) => id),
    );
    expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(
      new Set(made.map((row) => JSON.stringify(row))),
    );
  });

  it('are removed when their retention is over, by one replica at a time', async () => {
    const old = `now() - interval '31 days'`;
    await query(`INSERT INTO audit_records (action, tenant_id, occurred_at)
      SELECT 'image.load', 'old', ${old} FROM generate_series(1, 2500)`);
    await query(`INSERT INTO audit_records (action, tenant_id, occurred_at)
      VALUES ('image.load', 'old', now() - interval '29 days')`);
    const sweep = api.app.app.get(RemoveExpiredRecords, { strict: false });
    const other = await api.app.database.pool.connect();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtext('remove_expired_audit_records'))`);
    const count = async () =>
      (await query(`SELECT FROM audit_records WHERE tenant_id = 'old'`)).length;

    expect(await sweep.execute()).toBe(0);
    expect(await count()).toBe(2501);
    await other.query('COMMIT');
    other.release();

    expect(await sweep.execute()).toBe(2500);
    expect(await count()).toBe(1);
  });

  it('name the service where an upload was given up by a sweep', async () => {
    const id = await api.storedImage({ status: 'saving', size: null });
    await query(
      `INSERT INTO image_uploads (image_id, upload_id, store_id, key, kind, heartbeat_at)
       VALUES ($1, gen_random_uuid(), 'default', 'k.00', 'saving', now() - interval '1 hour')`,
      id,
    );
    await api.app.app.get(SweepImageData, { strict: false }).execute();

    expect(
      await query(
        `SELECT action, user_id FROM audit_records WHERE image_id = $1 ORDER BY id DESC LIMIT 1`,
        id,
      ),
    ).toEqual([{ action: 'image.reset', user_id: null }]);
  });
});
