import { createHash } from 'node:crypto';
import type { Statement } from '../../platform/database/database.js';
import type { ImageScope } from '../domain/image-access.js';
import { totalOrder, type ImageFilter, type ImageListQuery } from '../domain/image-list.js';
import type { ImageAttributes } from '../domain/image.js';
import { COLUMN_OF } from './image-columns.js';
import { keysetSegments } from './image-keyset.sql.js';
import { IMAGE_COLUMNS } from './image.record.js';
import { scopeBranches } from './image-scope.sql.js';
import { SqlParameters } from './sql-parameters.js';

/**
 * The statement for one page. Every branch of the scope, and behind a marker every segment of the order,
 * is a sub-select with its own limit that an index can serve in order; the outer query merges them. The
 * cost depends on the page size, not on how deep the page lies.
 */
export function listStatement(
  query: ImageListQuery,
  scope: ImageScope,
  after: ImageAttributes | null,
): Statement {
  const parameters = new SqlParameters();
  const order = totalOrder(query);
  const orderBy = order
    .map(({ field, direction }) => `i.${COLUMN_OF[field]} ${direction.toUpperCase()}`)
    .join(', ');
  const limit = parameters.bind(query.limit);
  const filters = query.filters.map((filter) => filterCondition(filter, parameters));
  const listed = query.withKilled ? 'i.deleted_at IS NULL' : LISTED;
  const segments = after === null ? ['true'] : keysetSegments(order, after, parameters);
  const selects = scopeBranches(scope, parameters).flatMap((branch) =>
    segments.map((segment) => {
      const where = [listed, branch, ...filters, segment].filter(
        (condition) => condition !== 'true',
      );
      return `SELECT ${IMAGE_COLUMNS} FROM images i WHERE ${where.join(' AND ')} ORDER BY ${orderBy} LIMIT ${limit}`;
    }),
  );
  const text =
    selects.length === 1
      ? (selects[0] ?? '')
      : `SELECT * FROM (${selects.map((select) => `(${select})`).join(' UNION ALL ')}) i ORDER BY ${orderBy} LIMIT ${limit}`;
  return { name: statementName(text), text, values: parameters.values };
}

/** Failed legacy uploads are shown by id, never listed (image-v2 section 4). */
const LISTED = `i.deleted_at IS NULL AND i.status <> 'killed'`;

/** Text identifies a statement, so its hash can name it; filters of many shapes still make one each. */
const statementName = (text: string): string =>
  `list-${createHash('sha1').update(text).digest('base64url')}`;

function filterCondition(filter: ImageFilter, parameters: SqlParameters): string {
  switch (filter.kind) {
    case 'text':
      return textCondition(filter, parameters);
    case 'number':
      return numberRange(filter, parameters);
    case 'instant':
      return instantRange(filter, parameters);
    case 'flag':
      return `i.${COLUMN_OF[filter.field]} = ${parameters.bind(filter.value)}`;
    case 'tag':
      return `i.tags @> ${parameters.bind([filter.tag], 'text[]')}`;
    case 'property':
      return `i.properties @> ${parameters.bind(jsonObject(filter.name, filter.value), 'jsonb')}`;
    case 'nothing':
      return 'false';
  }
}

type TextFilter = Extract<ImageFilter, { kind: 'text' }>;

function textCondition({ field, anyOf }: TextFilter, parameters: SqlParameters): string {
  const type = field === 'id' ? 'uuid' : 'text';
  const column = `i.${COLUMN_OF[field]}`;
  return anyOf.length === 1
    ? `${column} = ${parameters.bind(anyOf[0], type)}`
    : `${column} = ANY (${parameters.bind(anyOf, `${type}[]`)})`;
}

const jsonObject = (name: string, value: string): string =>
  JSON.stringify(Object.fromEntries([[name, value]]));

type NumberFilter = Extract<ImageFilter, { kind: 'number' }>;

function numberRange({ field, from, to }: NumberFilter, parameters: SqlParameters): string {
  const column = `i.${COLUMN_OF[field]}`;
  const bounds = [`${column} IS NOT NULL`];
  if (from !== undefined) bounds.push(`${column} >= ${parameters.bind(from, 'numeric')}`);
  if (to !== undefined) bounds.push(`${column} <= ${parameters.bind(to, 'numeric')}`);
  return bounds.join(' AND ');
}

type InstantFilter = Extract<ImageFilter, { kind: 'instant' }>;

function instantRange(filter: InstantFilter, parameters: SqlParameters): string {
  const column = `i.${COLUMN_OF[filter.field]}`;
  const bounds: string[] = [];
  if (filter.from !== undefined) bounds.push(`${column} >= ${parameters.bind(filter.from)}`);
  if (filter.before !== undefined) bounds.push(`${column} < ${parameters.bind(filter.before)}`);
  const inside = bounds.length === 0 ? 'true' : bounds.join(' AND ');
  return filter.negated ? `NOT (${inside})` : inside;
}
