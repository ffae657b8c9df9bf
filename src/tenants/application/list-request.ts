import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { Named } from '../domain/directory.js';
import type { PageRequest } from './ports/directory-page.js';

/** A page of a list, as a caller asks for it. */
export interface ListRequest {
  readonly limit: number;
  /** Id of the last entity of the page before. */
  readonly marker: string | null;
}

/** Turns a marker into a place in the list. @throws InvalidRequest when there is no such entity */
export async function pageAt(
  { limit, marker }: ListRequest,
  find: (id: string) => Promise<Named | null>,
): Promise<PageRequest> {
  if (marker === null) return { limit, after: null };
  const after = await find(marker);
  if (after === null) throw new InvalidRequest(`The marker ${quote(marker)} is unknown.`);
  return { limit, after };
}
