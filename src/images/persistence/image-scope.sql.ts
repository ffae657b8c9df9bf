import type { TenantId } from '../../kernel/principal.js';
import {
  MEMBER_STATUSES,
  type ImageScope,
  type ScopeTerm,
  type Visibility,
} from '../domain/image-access.js';
import { SORT_FIELDS, type ImageFilter, type SortField } from '../domain/image-list.js';
import type { ColumnSource } from './image-keyset.sql.js';
import type { SqlParameters } from './sql-parameters.js';

/** The SQL interpreter of a scope, over `images i`: one condition. */
export function scopeCondition(scope: ImageScope, parameters: SqlParameters): string {
  if (scope === 'everything') return 'true';
  const terms = scope.map((term) => termCondition(term, parameters));
  return terms.length === 0 ? 'false' : `(${terms.join(' OR ')})`;
}

/** A part of a scope that can be read in sorted order from indexes of its own. */
export interface ScopeBranch {
  /** What follows FROM; the image is `i`. */
  readonly from: string;
  readonly condition: (parameters: SqlParameters) => string;
  /** Sort keys that an index delivers the branch in the order of, as the first key. */
  readonly orderedBy: readonly SortField[];
  /** What is in order already, where that is not the image itself. */
  readonly source: ColumnSource;
  /** The whole catalog, or nearly: the index of a filter can take the place of the branch's own. */
  readonly isWide: boolean;
  /** False when no image of the branch can pass the filter. */
  readonly mayHold: (filter: ImageFilter) => boolean;
}

const MEMBER_ROW = { created_at: 'm.image_created_at', id: 'm.image_id', name: 'm.image_name' };
const INDEXED_ORDERS = ['createdAt', 'name'] as const;
const BRANCH = {
  from: 'images i',
  source: {},
  orderedBy: INDEXED_ORDERS,
  isWide: false,
} as const;

/**
 * The scope as disjoint branches that together hold every image of it exactly once. Each can be read in
 * sorted order from an index of its own, which one OR of all of them cannot.
 */
export function scopeBranches(scope: ImageScope): ScopeBranch[] {
  const own = scope === 'everything' ? undefined : scope.find((term) => 'ownedBy' in term);
  // An admin's default list excludes rather than includes: one scan that filters is the better plan.
  const isExclusive = scope !== 'everything' && scope.some((term) => 'visibilityOtherThan' in term);
  if (scope === 'everything' || own === undefined || isExclusive) {
    const condition = (parameters: SqlParameters): string => scopeCondition(scope, parameters);
    const isWide = scope === 'everything' || isExclusive;
    return [{ ...BRANCH, condition, orderedBy: SORT_FIELDS, isWide, mayHold: () => true }];
  }
  const ownBranch: ScopeBranch = {
    ...BRANCH,
    condition: (parameters) => termCondition(own, parameters),
    mayHold: (filter) => admits(filter, 'owner', own.ownedBy),
  };
  const others = scope.filter((term) => term !== own);
  return [ownBranch, ...others.flatMap((term) => foreignBranches(term, own.ownedBy))];
}

/** What a term holds besides the images of the tenant itself. */
function foreignBranches(term: ScopeTerm, tenant: TenantId): ScopeBranch[] {
  const mayHoldOf =
    (visibility: Visibility) =>
    (filter: ImageFilter): boolean =>
      admits(filter, 'visibility', visibility) && !isOnlyAbout(filter, tenant);
  const notOwn = (parameters: SqlParameters): string =>
    `i.owner IS DISTINCT FROM ${parameters.bind(tenant)}`;
  if (!('sharedWith' in term)) {
    const condition = (parameters: SqlParameters): string =>
      `${termCondition(term, parameters)} AND ${notOwn(parameters)}`;
    const mayHold = 'visibility' in term ? mayHoldOf(term.visibility) : () => true;
    return [{ ...BRANCH, condition, mayHold }];
  }
  const statuses = term.memberStatus === 'any' ? MEMBER_STATUSES : [term.memberStatus];
  return statuses.map((status) => ({
    ...BRANCH,
    // The member row is in order; the image is looked up for one after the other.
    from: 'image_members m CROSS JOIN LATERAL (SELECT *, xmin FROM images WHERE id = m.image_id OFFSET 0) i',
    source: MEMBER_ROW,
    condition: (parameters: SqlParameters) =>
      `m.member_id = ${parameters.bind(term.sharedWith)} AND m.status = '${status}' AND i.visibility = 'shared' AND ${notOwn(parameters)}`,
    mayHold: mayHoldOf('shared'),
  }));
}

const admits = (filter: ImageFilter, field: 'owner' | 'visibility', value: string): boolean =>
  filter.kind !== 'text' || filter.field !== field || filter.anyOf.includes(value);

const isOnlyAbout = (filter: ImageFilter, tenant: TenantId): boolean =>
  filter.kind === 'text' &&
  filter.field === 'owner' &&
  filter.anyOf.every((owner) => owner === tenant);

function termCondition(term: ScopeTerm, parameters: SqlParameters): string {
  if ('visibility' in term) return `i.visibility = '${term.visibility}'`;
  if ('visibilityOtherThan' in term) return `i.visibility <> '${term.visibilityOtherThan}'`;
  if ('ownedBy' in term) return `i.owner = ${parameters.bind(term.ownedBy)}`;
  if ('sharedByNobody' in term) return `(i.visibility = 'shared' AND i.owner IS NULL)`;
  const status =
    term.memberStatus === 'any' ? '' : ` AND m.status = ${parameters.bind(term.memberStatus)}`;
  const member = parameters.bind(term.sharedWith);
  // OFFSET 0: one look-up for the image in question, never a table of all that is shared with the tenant.
  return `(i.visibility = 'shared' AND EXISTS (SELECT FROM image_members m WHERE m.image_id = i.id AND m.member_id = ${member}${status} OFFSET 0))`;
}
