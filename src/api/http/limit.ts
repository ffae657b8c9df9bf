import { InvalidRequest } from '../../kernel/errors.js';

export interface PageSizes {
  readonly pageSizeDefault: number;
  readonly pageSizeMax: number;
}

/** The page size that `limit` asks for: too much is capped silently. @throws InvalidRequest */
export function parseLimit(text: string | undefined, sizes: PageSizes): number {
  if (text === undefined) return Math.min(sizes.pageSizeDefault, sizes.pageSizeMax);
  if (!/^\+?\d{1,15}$/.test(text.trim())) {
    throw new InvalidRequest('The limit must be a whole number that is not negative.');
  }
  return Math.min(Number(text), sizes.pageSizeMax);
}
