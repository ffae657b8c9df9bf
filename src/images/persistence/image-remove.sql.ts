import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import type { Statement } from '../../platform/database/statement.js';
import type { ImageAttributes } from '../domain/image-attributes.js';

/** Compare-and-set like a replacement: no row comes back when the stored image is no longer this one. */
export const removeStatement = ({ id, version }: ImageAttributes, now: Date): Statement => ({
  name: 'remove-image',
  text: `UPDATE images SET deleted_at = $3::timestamptz, version = version + 1
    WHERE id = $1::uuid AND version = $2 AND deleted_at IS NULL
    RETURNING id, ${recordOriginAt('$4')}`,
  values: [id, version, now, originAsText()],
});
