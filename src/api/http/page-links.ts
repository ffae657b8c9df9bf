import type { Page } from '../../kernel/page.js';
import { formatQuery, type QueryParameters } from './query-string.js';

export interface PageLinks {
  readonly first: string;
  /** Null behind the last page. */
  readonly next: string | null;
}

/**
 * `first` and `next` of a list (image-v2 6.3): relative, keeping every parameter as it was sent, repeated ones
 * too. `next` is there when the page is full, even if nothing follows.
 */
export function pageLinks<T>(
  path: string,
  query: QueryParameters,
  page: Page<T>,
  markerOf: (item: T) => string,
): PageLinks {
  const unmarked = query.filter(([name]) => name !== 'marker');
  const last = page.items.at(-1);
  const first = `${path}${formatQuery(unmarked)}`;
  if (!page.isFull || last === undefined) return { first, next: null };
  return { first, next: `${path}${formatQuery([...unmarked, ['marker', markerOf(last)]])}` };
}
