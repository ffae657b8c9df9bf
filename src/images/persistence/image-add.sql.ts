import { recordOrigin } from '../../platform/database/change-origin.js';
import type { GroupedStatement } from '../../platform/database/statement.js';
import type { ImageAttributes } from '../domain/image.js';
import { toColumns } from './image.record.js';
import { SqlParameters } from './sql-parameters.js';

/**
 * Adds an image in one statement. The upsert locks the tenant's row and reads its count as of then, so that
 * parallel creates cannot pass the quota together; no row comes back when the quota is used up. Images of one tenant, which
 * would wait for each other at that row, are committed together.
 */
export function addStatement(image: ImageAttributes, countQuota: number): GroupedStatement {
  const parameters = new SqlParameters();
  const columns = toColumns(image);
  const names = columns.map(([name]) => name).join(', ');
  const values = columns.map(([, value, type]) => parameters.bind(value, type)).join(', ');
  const origin = recordOrigin(parameters);
  if (image.owner === null) {
    const text = `INSERT INTO images (${names}) VALUES (${values}) RETURNING id, ${origin}`;
    const name = 'add-unowned-image';
    return { name, text, values: parameters.values, group: name, rank: image.id };
  }
  const owner = parameters.bind(image.owner, 'varchar');
  const quota = parameters.bind(countQuota, 'bigint');
  const text = `WITH tenant AS (
    INSERT INTO tenants (id) VALUES (${owner}) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id
    RETURNING image_count, coalesce(image_count_quota, ${quota}) AS quota)
  INSERT INTO images (${names}) SELECT ${values} FROM tenant WHERE quota < 0 OR image_count < quota
  RETURNING id, ${origin}`;
  const group = `add-image ${image.owner}`;
  return { name: 'add-image', text, values: parameters.values, group, rank: image.id };
}
