import { originAsText } from '../../platform/database/change-origin.js';
import type { GroupedStatement } from '../../platform/database/statement.js';
import type { ImageAttributes } from '../domain/image.js';
import { WRITTEN_COLUMNS, WRITTEN_TYPES, toWrittenValues } from './image.record.js';
import { ImagesStatement, type WrittenImage } from './images-statement.js';

/**
 * Adds an image in one statement. The upsert locks the tenant's row and reads its count as of then, so that
 * parallel creates cannot pass the quota together; no row comes back when the quota is used up. Images of one tenant, which
 * would wait for each other at that row, are added by one statement when they come at the same time, each if there is room for it and those before it.
 */
export function addStatement(
  image: ImageAttributes,
  countQuota: number,
): GroupedStatement<WrittenImage> {
  const { id, owner } = image;
  const part = { id, values: toWrittenValues(image), origin: originAsText() };
  if (owner === null) return { ...ADD_UNOWNED.write([part], []), group: 'add-unowned', rank: id };
  const write = (parts: readonly WrittenImage[]) => ADD.write(parts, [owner, countQuota]);
  const group = `add-image ${owner} ${countQuota}`;
  return { ...write([part]), group, rank: id, several: { part, write } };
}

const NAMES = WRITTEN_COLUMNS.join(', ');

const ADD = new ImagesStatement({
  name: 'add-image',
  types: WRITTEN_TYPES,
  text: (rows, origin) => `WITH tenant AS (
    INSERT INTO tenants (id) VALUES ($2::varchar) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id
    RETURNING image_count, coalesce(image_count_quota, $3::bigint) AS quota)
  INSERT INTO images (${NAMES}) SELECT ${NAMES} FROM tenant CROSS JOIN (VALUES ${rows}) AS added (position, ${NAMES})
  WHERE quota < 0 OR image_count + position <= quota
  RETURNING id AS rank, ${origin}`,
});

const ADD_UNOWNED = new ImagesStatement({
  name: 'add-unowned-image',
  types: WRITTEN_TYPES,
  text: (rows, origin) => `INSERT INTO images (${NAMES})
  SELECT ${NAMES} FROM (VALUES ${rows}) AS added (position, ${NAMES}) RETURNING id AS rank, ${origin}`,
});
