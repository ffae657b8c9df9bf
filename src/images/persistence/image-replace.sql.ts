import { recordOrigin } from '../../platform/database/change-origin.js';
import type { GroupedStatement } from '../../platform/database/statement.js';
import type { ImageAttributes } from '../domain/image-attributes.js';
import { toColumns } from './image.record.js';
import { SqlParameters } from './sql-parameters.js';

/**
 * Compare-and-set in one statement: no row comes back when the stored image is no longer `before`. Not through
 * Prisma, which copies JSON member by member and loses a property named `__proto__` on the way.
 */
export function replaceStatement(
  before: ImageAttributes,
  after: ImageAttributes,
): GroupedStatement {
  const parameters = new SqlParameters();
  const assignments = toColumns(after)
    .filter(([name]) => name !== 'id')
    .map(([name, value, type]) => `${name} = ${parameters.bind(value, type)}`);
  const id = parameters.bind(before.id, 'uuid');
  const version = parameters.bind(before.version, 'integer');
  const text = `UPDATE images SET ${assignments.join(', ')}
    WHERE id = ${id} AND version = ${version} AND deleted_at IS NULL
    RETURNING id, ${recordOrigin(parameters)}`;
  const name = 'replace-image';
  return { name, text, values: parameters.values, group: name, rank: before.id };
}
