import type { Statement } from '../../platform/database/database.js';
import type { ImageAttributes } from '../domain/image.js';
import { SqlParameters } from './sql-parameters.js';

/**
 * Adds an image in one statement. The upsert locks the tenant's row and reads its count as of then, so that
 * parallel creates cannot pass the quota together; no row comes back when the quota is used up.
 */
export function addStatement(image: ImageAttributes, countQuota: number): Statement {
  const parameters = new SqlParameters();
  const columns = columnsOf(image);
  const names = columns.map(([name]) => name).join(', ');
  const values = columns.map(([, value, type]) => parameters.bind(value, type)).join(', ');
  if (image.owner === null) {
    const text = `INSERT INTO images (${names}) VALUES (${values}) RETURNING id`;
    return { name: 'add-unowned-image', text, values: parameters.values };
  }
  const owner = parameters.bind(image.owner, 'varchar');
  const quota = parameters.bind(countQuota, 'bigint');
  const text = `WITH tenant AS (
    INSERT INTO tenants (id) VALUES (${owner}) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id
    RETURNING image_count, coalesce(image_count_quota, ${quota}) AS quota)
  INSERT INTO images (${names}) SELECT ${values} FROM tenant WHERE quota < 0 OR image_count < quota RETURNING id`;
  return { name: 'add-image', text, values: parameters.values };
}

const columnsOf = (image: ImageAttributes): [name: string, value: unknown, type: string][] => [
  ['id', image.id, 'uuid'],
  ['owner', image.owner, 'varchar'],
  ['name', image.name, 'varchar'],
  ['status', image.status, 'varchar'],
  ['visibility', image.visibility, 'varchar'],
  ['protected', image.isProtected, 'boolean'],
  ['os_hidden', image.isHidden, 'boolean'],
  ['disk_format', image.diskFormat, 'varchar'],
  ['container_format', image.containerFormat, 'varchar'],
  ['size', image.size, 'bigint'],
  ['virtual_size', image.virtualSize, 'bigint'],
  ['checksum', image.checksum, 'varchar'],
  ['os_hash_algo', image.hashAlgorithm, 'varchar'],
  ['os_hash_value', image.hashValue, 'varchar'],
  ['min_disk', image.minDisk, 'integer'],
  ['min_ram', image.minRam, 'integer'],
  ['tags', image.tags, 'text[]'],
  ['properties', JSON.stringify(image.properties), 'jsonb'],
  ['version', image.version, 'integer'],
  ['created_at', image.createdAt, 'timestamptz'],
  ['updated_at', image.updatedAt, 'timestamptz'],
];
