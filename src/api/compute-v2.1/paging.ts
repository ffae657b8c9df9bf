import type { Page } from '../../kernel/page.js';
import type { QueryParameters } from '../http/query-string.js';
import type { ComputeLinks, Link } from './links.js';

/**
 * `images_links` (compute-v2.1 7.4): present when the page is full, with the parameters that the list knows.
 * Behind a full last page lies one more, empty page.
 */
export function nextLinks(
  page: Page<{ readonly attributes: { readonly id: string } }>,
  path: string,
  known: QueryParameters,
  links: ComputeLinks,
): Link[] | undefined {
  const last = page.items.at(-1);
  if (!page.isFull || last === undefined) return undefined;
  const others = known.filter(([name]) => name !== 'marker');
  return [links.page(path, [...others, ['marker', last.attributes.id]])];
}
