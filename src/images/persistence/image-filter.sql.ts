import type { ImageFilter, ImageListQuery } from '../domain/image-list.js';
import { COLUMN_OF } from './image-columns.js';
import type { SqlParameters } from './sql-parameters.js';

/** Failed legacy uploads are shown by id, never listed (image-v2 section 4). */
const LISTED = `i.deleted_at IS NULL AND i.status <> 'killed'`;

/** What every row of a list fulfils, whoever asks for whatever. */
export const listedCondition = ({ withKilled }: ImageListQuery): string =>
  withKilled ? 'i.deleted_at IS NULL' : LISTED;

/** A filter that nearly every image passes is no reason to look for images otherwise than in their order. */
export const isSelective = (filter: ImageFilter): boolean =>
  !(filter.kind === 'flag' && filter.field === 'isHidden' && !filter.value);

/** A filter as a condition over `images i`. */
export function filterCondition(filter: ImageFilter, parameters: SqlParameters): string {
  switch (filter.kind) {
    case 'text':
      return textCondition(filter, parameters);
    case 'number':
      return numberRange(filter, parameters);
    case 'instant':
      return instantRange(filter, parameters);
    case 'flag':
      // Written out, so that the partial index on hidden images serves whoever asks for those.
      return `${filter.value ? '' : 'NOT '}i.${COLUMN_OF[filter.field]}`;
    case 'tag':
      return `i.tags @> ${parameters.bind([filter.tag], 'text[]')}`;
    case 'property':
      return `i.properties @> ${propertyParameter(filter, parameters)}`;
    case 'nothing':
      return 'false';
  }
}

/**
 * As {@link filterCondition}, without letting the planner see which property it is. Whatever it sees, it compares with a sample
 * of all properties, anew each time, and takes the index in the end; so it plans once.
 */
export const unseenCondition = (filter: ImageFilter, parameters: SqlParameters): string =>
  filter.kind === 'property'
    ? `i.properties @> (SELECT ${propertyParameter(filter, parameters)})`
    : filterCondition(filter, parameters);

type PropertyFilter = Extract<ImageFilter, { kind: 'property' }>;

const propertyParameter = ({ name, value }: PropertyFilter, parameters: SqlParameters): string =>
  parameters.bind(JSON.stringify(Object.fromEntries([[name, value]])), 'jsonb');

type TextFilter = Extract<ImageFilter, { kind: 'text' }>;

function textCondition({ field, anyOf }: TextFilter, parameters: SqlParameters): string {
  const type = field === 'id' ? 'uuid' : 'text';
  const column = `i.${COLUMN_OF[field]}`;
  return anyOf.length === 1
    ? `${column} = ${parameters.bind(anyOf[0], type)}`
    : `${column} = ANY (${parameters.bind(anyOf, `${type}[]`)})`;
}

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
  if (filter.from !== undefined) {
    bounds.push(`${column} >= ${parameters.bind(filter.from, 'timestamptz')}`);
  }
  if (filter.before !== undefined) {
    bounds.push(`${column} < ${parameters.bind(filter.before, 'timestamptz')}`);
  }
  const inside = bounds.length === 0 ? 'true' : bounds.join(' AND ');
  return filter.negated ? `NOT (${inside})` : inside;
}
