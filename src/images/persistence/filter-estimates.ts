import { LRUCache } from 'lru-cache';
import type { Database } from '../../platform/database/database.js';
import type { ImageListQuery } from '../domain/image-list.js';
import { filterCondition, isSelective, listedCondition } from './image-filter.sql.js';
import { SqlParameters } from './sql-parameters.js';

/** How many images pass a query's filters, and how many there are; both as the planner guesses. */
export interface FilterEstimate {
  readonly matching: number;
  readonly all: number;
}

interface PlanRow {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: Plan }];
}

interface Plan {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly Plan[];
}

const LIFETIME_MS = 60_000;
const REMEMBERED = 1000;

/**
 * Asks the planner, which knows what is common and what is rare, and remembers the answer for a minute: it only
 * ever decides how a page is read, never what is on it.
 */
export class FilterEstimates {
  private readonly remembered = new LRUCache<string, FilterEstimate>({
    max: REMEMBERED,
    ttl: LIFETIME_MS,
  });

  constructor(private readonly database: Database) {}

  async of(query: ImageListQuery): Promise<FilterEstimate> {
    const parameters = new SqlParameters();
    const conditions = query.filters
      .filter(isSelective)
      .map((filter) => filterCondition(filter, parameters));
    const listed = `SELECT FROM images i WHERE ${listedCondition(query)}`;
    const text = `EXPLAIN (FORMAT JSON) ${listed} UNION ALL ${[listed, ...conditions].join(' AND ')}`;
    const key = JSON.stringify([text, parameters.values], (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const [row] = await this.database.read<PlanRow>({ text, values: parameters.values });
    const [all, matching] = row?.['QUERY PLAN'][0].Plan.Plans ?? [];
    const estimate = { all: all?.['Plan Rows'] ?? 0, matching: matching?.['Plan Rows'] ?? 0 };
    this.remembered.set(key, estimate);
    return estimate;
  }
}
