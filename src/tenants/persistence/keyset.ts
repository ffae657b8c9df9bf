import type { Page } from '../../kernel/page.js';
import type { PageRequest } from '../application/ports/directory-page.js';

export const BY_NAME = [{ name: 'asc' as const }, { id: 'asc' as const }];

/** The condition for what comes after an entity in the order of {@link BY_NAME}. */
export function behind(after: PageRequest['after']) {
  if (after === null) return {};
  const { name, id } = after;
  return { AND: [{ name: { gte: name } }, { OR: [{ name: { gt: name } }, { id: { gt: id } }] }] };
}

export const pageOf = <T>(items: readonly T[], limit: number): Page<T> => ({
  items,
  isFull: items.length >= limit,
});
