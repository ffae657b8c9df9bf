import type { SortKey } from '../../kernel/page.js';
import type { ImageScope } from '../domain/image-access.js';
import {
  totalOrder,
  type ImageFilter,
  type ImageListQuery,
  type SortField,
} from '../domain/image-list.js';
import type { ImageAttributes } from '../domain/image.js';
import { filterCondition, isSelective, listedCondition } from './image-filter.sql.js';
import {
  columnOf,
  keysetSegments,
  type ColumnSource,
  type KeysetSegment,
  type Writing,
} from './image-keyset.sql.js';
import { IMAGE_COLUMNS, imageColumns } from './image.record.js';
import { scopeBranches, scopeCondition, type ScopeBranch } from './image-scope.sql.js';
import { SqlParameters } from './sql-parameters.js';

/** One page to be read: what, within which scope, and behind which image. */
export interface PageRequest {
  readonly query: ImageListQuery;
  readonly scope: ImageScope;
  readonly after: ImageAttributes | null;
}

/** A statement's text and its values; text from requests is only ever among the values. */
export interface SqlText {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Rows that a walk may look at for each row of the page. */
const PATIENCE = 200;

/**
 * Walks along the order until the page is full. Every branch of the scope, and behind a marker every segment
 * of the order, is a sub-select with its own limit that an index serves in order; the outer query merges them.
 * So the cost depends on the page size, not on how deep the page lies or how large the catalog is.
 *
 * A walk that has to judge rows looks at a bounded number of them. The column `is_cut` says that this was not
 * enough: the page misses images then, and {@link gatherStatement} finds them.
 *
 * @returns null when no image can match
 */
export function walkStatement(request: PageRequest): SqlText | null {
  const parameters = new SqlParameters();
  const path = pathOf(request);
  if (path.branches.length === 0) return null;
  const walks = path.branches.flatMap((branch) => walksOf(branch, request, path, parameters));
  const page = merged(
    walks.map(({ select }) => select),
    path.order,
    request.query.limit,
  );
  const text = path.judges.length === 0 ? page : withCut(page, walks, path, request.query);
  return { text, values: parameters.values };
}

/**
 * Takes everything that matches and sorts it: for pages that a walk is no good for, because few images match or
 * because they are not where it looks. The planner chooses the index; the fence of `OFFSET 0` keeps it from
 * walking along the order after all.
 *
 * @param by `filters`: all images that match, then those within the scope; `scope`: branch by branch
 */
export function gatherStatement(request: PageRequest, by: 'filters' | 'scope'): SqlText {
  const { query, scope, after } = request;
  const parameters = new SqlParameters();
  const order = totalOrder(query);
  const conditions = query.filters.map((filter) => filterCondition(filter, parameters));
  const branches = by === 'scope' ? branchesFor(request) : scopeBranches('everything');
  const found = branches.map(({ from, condition }) => {
    const where = all([listedCondition(query), condition(parameters), ...conditions]);
    return `(SELECT ${IMAGE_COLUMNS} FROM ${from} WHERE ${where} OFFSET 0)`;
  });
  const segments = segmentsOf(order, after, { parameters, source: {} });
  const within = by === 'scope' ? 'true' : scopeCondition(scope, parameters);
  const behind = segments.map((segment) => `(${segment.condition})`).join(' OR ');
  const where = all([within, `(${behind})`]);
  const text = `SELECT * FROM (${found.join(' UNION ALL ')}) i WHERE ${where} ORDER BY ${orderBy(order)} LIMIT ${query.limit}`;
  return { text, values: parameters.values };
}

type Order = readonly SortKey<SortField>[];
type Condition = (parameters: SqlParameters) => string;

/** What a walk goes along, and what it judges each row by. */
interface Path {
  readonly order: Order;
  readonly branches: readonly ScopeBranch[];
  /** Filters that the index answers, or nearly every row. */
  readonly given: readonly ImageFilter[];
  readonly judges: readonly Condition[];
}

/** Whether a walk would look at images that are not on the page. */
export const hasToJudge = (request: PageRequest): boolean => pathOf(request).judges.length > 0;

/** Branch by branch where an index serves the order of each, else along the order of the whole catalog. */
function pathOf(request: PageRequest): Path {
  const { query, scope } = request;
  const order = totalOrder(query);
  const [first] = order;
  const branches = branchesFor(request);
  const indexed = branches.every(({ isWide }) => isWide) ? indexedFilter(query, order) : undefined;
  const isGiven = (filter: ImageFilter): boolean => filter === indexed || !isSelective(filter);
  const given = query.filters.filter(isGiven);
  const judges = query.filters
    .filter((filter) => !isGiven(filter))
    .map(
      (filter): Condition =>
        (parameters) =>
          filterCondition(filter, parameters),
    );
  if (first !== undefined && branches.every(({ orderedBy }) => orderedBy.includes(first.field))) {
    return { order, branches, given, judges };
  }
  const isInScope: Condition = (parameters) => scopeCondition(scope, parameters);
  const everything = scopeBranches('everything');
  return { order, branches: everything, given, judges: [isInScope, ...judges] };
}

const branchesFor = ({ query, scope }: PageRequest): ScopeBranch[] =>
  scopeBranches(scope).filter(({ mayHold }) => query.filters.every(mayHold));

/** Orders in which an index holds the images of one value of a column. */
const INDEXED_WITHIN: Readonly<Partial<Record<string, readonly SortField[]>>> = {
  owner: ['createdAt', 'name'],
  visibility: ['createdAt', 'name'],
  name: ['createdAt'],
  status: ['createdAt'],
  diskFormat: ['createdAt'],
  containerFormat: ['createdAt'],
};

/** A filter by whose index the whole catalog can be walked in the order asked for. */
function indexedFilter({ filters }: ImageListQuery, [first]: Order): ImageFilter | undefined {
  return filters.find(
    (filter) =>
      filter.kind === 'text' &&
      filter.anyOf.length === 1 &&
      first !== undefined &&
      INDEXED_WITHIN[filter.field]?.includes(first.field),
  );
}

interface Walk {
  readonly select: string;
  /** The rows that it may look at. */
  readonly range: string;
}

function walksOf(
  { from, condition, source }: ScopeBranch,
  { query, after }: PageRequest,
  { order, given, judges }: Path,
  parameters: SqlParameters,
): Walk[] {
  const writing = { parameters, source };
  return segmentsOf(order, after, writing).map((segment) => {
    const filters = given.map((filter) => filterCondition(filter, parameters));
    const fixed = [listedCondition(query), condition(parameters), ...filters];
    const range = `FROM ${from} WHERE ${all([...fixed, segment.condition])}`;
    const walk = (limit: number): string =>
      `SELECT ${imageColumns(source)} ${range} ORDER BY ${orderBy(segment.order, source)} LIMIT ${limit}`;
    if (judges.length === 0) return { range, select: walk(query.limit) };
    const judged = all(judges.map((judge) => judge(parameters)));
    const rows = `SELECT * FROM (${walk(query.limit * PATIENCE)}) i WHERE ${judged}`;
    return { range, select: `${rows} ORDER BY ${orderBy(segment.order)} LIMIT ${query.limit}` };
  });
}

const segmentsOf = (
  order: Order,
  after: ImageAttributes | null,
  writing: Writing,
): KeysetSegment[] =>
  after === null ? [{ condition: 'true', order }] : keysetSegments(order, after, writing);

/** Whether a walk ended early is asked only when the page is not full. */
function withCut(
  page: string,
  walks: readonly Walk[],
  { order }: Path,
  { limit }: ImageListQuery,
): string {
  const rest = walks.map(
    ({ range }) => `EXISTS (SELECT ${range} OFFSET ${limit * PATIENCE} LIMIT 1)`,
  );
  return `WITH page AS MATERIALIZED (${page})
    SELECT i.*, cut.is_cut FROM (SELECT (SELECT count(*) FROM page) < ${limit} AND (${rest.join(' OR ')}) AS is_cut) cut
    LEFT JOIN page i ON true ORDER BY ${orderBy(order)}`;
}

function merged(selects: readonly string[], order: Order, limit: number): string {
  const [only] = selects;
  if (only !== undefined && selects.length === 1) return only;
  const union = selects.map((select) => `(${select})`).join(' UNION ALL ');
  return `SELECT * FROM (${union}) i ORDER BY ${orderBy(order)} LIMIT ${limit}`;
}

const all = (conditions: readonly string[]): string =>
  conditions.filter((condition) => condition !== 'true').join(' AND ') || 'true';

const orderBy = (order: Order, source: ColumnSource = {}): string =>
  order
    .map(({ field, direction }) => `${columnOf(field, source)} ${direction.toUpperCase()}`)
    .join(', ');
