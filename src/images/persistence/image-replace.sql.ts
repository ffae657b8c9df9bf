import { originAsText } from '../../platform/database/change-origin.js';
import type { GroupedStatement } from '../../platform/database/statement.js';
import type { ImageAttributes } from '../domain/image-attributes.js';
import { WRITTEN_COLUMNS, WRITTEN_TYPES, toWrittenValues } from './image.record.js';
import { ImagesStatement, type WrittenImage } from './images-statement.js';

/**
 * Compare-and-set in one statement: no row comes back when the stored image is no longer `before`. Not through
 * Prisma, which copies JSON member by member and loses a property named `__proto__` on the way.
 */
export function replaceStatement(
  before: ImageAttributes,
  after: ImageAttributes,
): GroupedStatement<WrittenImage> {
  const values = [before.version, ...toWrittenValues({ ...after, id: before.id })];
  const part = { id: before.id, values, origin: originAsText() };
  const write = (parts: readonly WrittenImage[]) => REPLACE.write(parts, []);
  return { ...write([part]), group: 'replace-image', rank: before.id, several: { part, write } };
}

const CHANGED = WRITTEN_COLUMNS.filter((name) => name !== 'id');

const REPLACE = new ImagesStatement({
  name: 'replace-image',
  types: ['integer', ...WRITTEN_TYPES],
  text: (
    rows,
    origin,
  ) => `UPDATE images i SET ${CHANGED.map((name) => `${name} = changed.${name}`).join(', ')}
  FROM (VALUES ${rows}) AS changed (position, version_before, ${WRITTEN_COLUMNS.join(', ')})
  WHERE i.id = changed.id AND i.version = changed.version_before AND i.deleted_at IS NULL
  RETURNING i.id AS rank, ${origin}`,
});
