import type { Named } from '../../domain/directory.js';

/** Which part of a list: ordered by name, then id. */
export interface PageRequest {
  readonly limit: number;
  /** The last entity of the page before. */
  readonly after: Named | null;
}
