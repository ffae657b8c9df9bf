import { createHash } from 'node:crypto';
import type { Database } from '../../platform/database/database.js';
import { FilterEstimates } from './filter-estimates.js';
import { isSelective } from './image-filter.sql.js';
import {
  cutStatement,
  gatherStatement,
  hasToJudge,
  walkStatement,
  type PageRequest,
  type SqlText,
} from './image-list.sql.js';
import type { ImageRow } from './image.record.js';

/** Texts that are prepared; each takes memory on every connection, and what clients can ask for has no end. */
const MAX_PREPARED = 300;

/**
 * Reads pages of lists at a cost that does not grow with the catalog: along the order of an index when many
 * images match, from the index of a filter when few do (ADR 33).
 */
export class ImagePages {
  private readonly estimates: FilterEstimates;
  private readonly names = new Map<string, string>();

  constructor(private readonly database: Database) {
    this.estimates = new FilterEstimates(database);
  }

  async read(request: PageRequest): Promise<readonly ImageRow[]> {
    if (await this.isRare(request)) return this.gather(request);
    const walk = walkStatement(request);
    if (walk === null) return [];
    const rows = await this.run(walk);
    const isWhole = rows.length === request.query.limit || !hasToJudge(request);
    if (isWhole || !(await this.isCut(request))) return rows;
    // Planned for these very values: what made the walk fail is what the planner has to know.
    return this.readOnce(gatherStatement(request, 'scope'));
  }

  private async isCut(request: PageRequest): Promise<boolean> {
    const [answer] = await this.database.readAnywhere<{ is_cut: boolean }>(cutStatement(request));
    return answer?.is_cut ?? false;
  }

  /**
   * A walk looks at `limit / share` rows and a gathering at `share * all`; which is less depends on the share
   * of the images that match.
   */
  private async isRare(request: PageRequest): Promise<boolean> {
    const { query } = request;
    if (!query.filters.some(isSelective) || !hasToJudge(request)) return false;
    const { matching, all } = await this.estimates.of(query);
    return matching * matching < query.limit * all;
  }

  /** One plan does for all values that are rare, but not for all ranges. */
  private gather(request: PageRequest): Promise<ImageRow[]> {
    const statement = gatherStatement(request, 'filters');
    const hasRange = request.query.filters.some(
      ({ kind }) => kind === 'number' || kind === 'instant',
    );
    return hasRange ? this.readOnce(statement) : this.run(statement);
  }

  private run({ text, values }: SqlText): Promise<ImageRow[]> {
    const name = this.nameOf(text);
    if (name === undefined) return this.readOnce({ text, values });
    return this.database.readAnywhere<ImageRow>({ name, text, values, jsonAsText: true });
  }

  private readOnce(statement: SqlText): Promise<ImageRow[]> {
    return this.database.readAnywhere<ImageRow>({ ...statement, jsonAsText: true });
  }

  /** Text identifies a statement, so its hash can name it. */
  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MAX_PREPARED) return known;
    const name = `list-${createHash('sha1').update(text).digest('base64url')}`;
    this.names.set(text, name);
    return name;
  }
}
