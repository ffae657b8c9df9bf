import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Database } from '../../platform/database/database.js';
import type { Image } from '../domain/image.js';
import { FilterEstimates } from './filter-estimates.js';
import { isSelective } from './image-filter.sql.js';
import {
  canMatch,
  cutStatement,
  gatherStatement,
  hasToJudge,
  walkStatement,
  type PageRequest,
  type Selection,
  type SqlText,
} from './image-list.sql.js';
import { toImage, type ImageRow } from './image.record.js';
import { KnownPages, type StampedRow } from './known-pages.js';

/** Texts that are prepared; each takes memory on every connection, and what clients can ask for has no end. */
const MAX_PREPARED = 300;
/** Pages that are recognised when they are asked for again. */
const MAX_REMEMBERED = 1000;

type Write = (selection: Selection) => SqlText;

/**
 * Reads pages of lists at a cost that does not grow with the catalog: along the order of an index when many
 * images match, from the index of a filter when few do (ADR 33). A page that is asked for again and again is first read by
 * the stamps of its rows, and not read again while they are the same (ADR 80, ADR 84).
 */
export class ImagePages {
  private readonly estimates: FilterEstimates;
  private readonly names = new Map<string, string>();
  private readonly asked = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  private readonly known: KnownPages;

  /** @param cacheBytes memory for images that were read, about; 0: every page is read anew */
  constructor(
    private readonly database: Database,
    private readonly cacheBytes: number,
  ) {
    this.estimates = new FilterEstimates(database);
    this.known = new KnownPages(cacheBytes);
  }

  async read(request: PageRequest): Promise<readonly Image[]> {
    if (await this.isRare(request)) return this.gather(request);
    if (!canMatch(request)) return [];
    const images = await this.page((selection) => walkStatement(request, selection));
    const isWhole = images.length === request.query.limit || !hasToJudge(request);
    if (isWhole || !(await this.isCut(request))) return images;
    // Planned for these very values: what made the walk fail is what the planner has to know.
    return this.readOnce(gatherStatement(request, 'scope', 'images'));
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
  private gather(request: PageRequest): Promise<readonly Image[]> {
    const hasRange = request.query.filters.some(
      ({ kind }) => kind === 'number' || kind === 'instant',
    );
    return hasRange
      ? this.readOnce(gatherStatement(request, 'filters', 'images'))
      : this.page((selection) => gatherStatement(request, 'filters', selection));
  }

  /** The first time nothing is kept: whoever walks through a catalog asks for each page once. */
  private async page(write: Write): Promise<readonly Image[]> {
    const stamps = write('stamps');
    const key = `${this.nameOf(stamps.text) ?? stamps.text} ${stamps.values.join(' ')}`;
    const times = this.asked.get(key) ?? 0;
    this.asked.set(key, times + 1);
    if (times === 0 || this.cacheBytes === 0)
      return (await this.run<ImageRow>(write('images'))).map(toImage);
    if (this.known.has(key)) {
      const [found] = await this.run<{ stamps: string | null }>(stamps);
      const known = this.known.recall(key, found?.stamps ?? null);
      if (known !== null) return known;
    }
    return this.known.learn(key, await this.run<StampedRow>(write('images')));
  }

  private async readOnce(statement: SqlText): Promise<readonly Image[]> {
    const rows = await this.database.readAnywhere<ImageRow>({ ...statement, jsonAsText: true });
    return rows.map(toImage);
  }

  private run<Row extends pg.QueryResultRow>({ text, values }: SqlText): Promise<Row[]> {
    const name = this.nameOf(text);
    const statement = { text, values, jsonAsText: true } as const;
    return this.database.readAnywhere<Row>(name === undefined ? statement : { name, ...statement });
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
