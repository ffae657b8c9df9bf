import type { ImageScope, ScopeTerm } from '../domain/image-access.js';
import type { SqlParameters } from './sql-parameters.js';

/** The SQL interpreter of a scope, over `images i`: one condition. */
export function scopeCondition(scope: ImageScope, parameters: SqlParameters): string {
  if (scope === 'everything') return 'true';
  const terms = scope.map((term) => termCondition(term, parameters));
  return terms.length === 0 ? 'false' : `(${terms.join(' OR ')})`;
}

/**
 * The scope as disjoint branches that together hold every image of it exactly once. Each can be read in
 * sorted order from an index of its own, which one OR of all of them cannot.
 */
export function scopeBranches(scope: ImageScope, parameters: SqlParameters): string[] {
  if (scope === 'everything') return ['true'];
  const own = scope.find((term) => 'ownedBy' in term);
  // An admin's default list excludes rather than includes: one scan that filters is the better plan.
  if (own === undefined || scope.some((term) => 'visibilityOtherThan' in term)) {
    return [scopeCondition(scope, parameters)];
  }
  const ownBranch = termCondition(own, parameters);
  const notOwn = `i.owner IS DISTINCT FROM ${parameters.bind(own.ownedBy)}`;
  const others = scope
    .filter((term) => term !== own)
    .map((term) => `${termCondition(term, parameters)} AND ${notOwn}`);
  return [ownBranch, ...others];
}

function termCondition(term: ScopeTerm, parameters: SqlParameters): string {
  if ('visibility' in term) return `i.visibility = '${term.visibility}'`;
  if ('visibilityOtherThan' in term) return `i.visibility <> '${term.visibilityOtherThan}'`;
  if ('ownedBy' in term) return `i.owner = ${parameters.bind(term.ownedBy)}`;
  if ('sharedByNobody' in term) return `(i.visibility = 'shared' AND i.owner IS NULL)`;
  const status =
    term.memberStatus === 'any' ? '' : ` AND m.status = ${parameters.bind(term.memberStatus)}`;
  const member = parameters.bind(term.sharedWith);
  return `(i.visibility = 'shared' AND i.id IN (SELECT m.image_id FROM image_members m WHERE m.member_id = ${member}${status}))`;
}
