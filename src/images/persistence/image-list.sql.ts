import type { SortKey } from '../../kernel/page.js';
import type { ImageScope } from '../domain/image-access.js';
import {
  totalOrder,
  type ImageFilter,
  type ImageListQuery,
  type SortField,
} from '../domain/image-list.js';
import type { ImageAttributes } from '../domain/image.js';
import {
  filterCondition,
  isSelective,
  listedCondition,
  unseenCondition,
} from './image-filter.sql.js';
import {
  columnOf,
  keysetSegments,
  type ColumnSource,
  type KeysetSegment,
  type Writing,
} from './image-keyset.sql.js';
import { STAMPED_COLUMNS, stampedColumns } from './image.record.js';
import { scopeBranches, scopeCondition, type ScopeBranch } from './image-scope.sql.js';
import { STAMPS_OF_ROWS } from './known-pages.js';
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

/** What a statement answers with: whole images, or one row with what tells whether they are still the same. */
export type Selection = 'images' | 'stamps';

/** Rows that a walk may look at for each row of the page. */
const PATIENCE = 200;

/**
 * Walks along the order until the page is full. Every branch of the scope, and behind a marker every segment
 * of the order, is a sub-select with its own limit that an index serves in order; the outer query merges them.
 * So the cost depends on the page size, not on how deep the page lies or how large the catalog is.
 *
 * A walk that has to judge rows looks at a bounded number of them: see {@link cutStatement}. One that cannot match
 * ({@link canMatch}) has no statement.
 */
export function walkStatement(request: PageRequest, selection: Selection): SqlText {
  const parameters = new SqlParameters();
  const path = pathOf(request);
  const writing = { parameters, selection };
  const walks = path.branches.flatMap((branch) => walksOf(branch, request, path, writing));
  const page = merged(walks, path.order, request.query.limit);
  return { text: selected(page, selection), values: parameters.values };
}

/**
 * Whether a walk ended before the last image (`is_cut`), to be asked when its page is not full: the page misses
 * images then, and {@link gatherStatement} finds them. A statement of its own, because the planner would take its
 * cost for that of the walk.
 */
export function cutStatement(request: PageRequest): SqlText {
  const parameters = new SqlParameters();
  const path = pathOf(request);
  const rest = path.branches.flatMap((branch) =>
    rangesOf(branch, request, path, parameters).map(
      ({ range }) => `EXISTS (SELECT ${range} OFFSET ${request.query.limit * PATIENCE} LIMIT 1)`,
    ),
  );
  return { text: `SELECT ${rest.join(' OR ')} AS is_cut`, values: parameters.values };
}

/**
 * Takes everything that matches and sorts it: for pages that a walk is no good for, because few images match or
 * because they are not where it looks. The planner chooses the index; the fence of `OFFSET 0` keeps it from
 * walking along the order after all.
 *
 * @param by `filters`: all images that match, then those within the scope; `scope`: branch by branch
 */
export function gatherStatement(
  request: PageRequest,
  by: 'filters' | 'scope',
  selection: Selection,
): SqlText {
  const { query, scope, after } = request;
  const parameters = new SqlParameters();
  const order = totalOrder(query);
  const condition = by === 'filters' && isForOneIndex(query) ? unseenCondition : filterCondition;
  const conditions = query.filters.map((filter) => condition(filter, parameters));
  const branches = by === 'scope' ? branchesFor(request) : scopeBranches('everything');
  const found = branches.map((branch) => {
    const where = all([listedCondition(query), branch.condition(parameters), ...conditions]);
    return `(SELECT ${STAMPED_COLUMNS} FROM ${branch.from} WHERE ${where} OFFSET 0)`;
  });
  const segments = segmentsOf(order, after, { parameters, source: {} });
  const within = by === 'scope' ? 'true' : scopeCondition(scope, parameters);
  const behind = segments.map((segment) => `(${segment.condition})`).join(' OR ');
  const where = all([within, `(${behind})`]);
  const columns = selection === 'images' ? '*' : stamps(order, {});
  const page = `SELECT ${columns} FROM (${found.join(' UNION ALL ')}) i WHERE ${where} ORDER BY ${orderBy(order)} LIMIT ${query.limit}`;
  return { text: selected(page, selection), values: parameters.values };
}

/** Where the planner has nothing to choose: the index on properties answers all that is asked for. */
const isForOneIndex = ({ filters }: ImageListQuery): boolean =>
  filters.filter(isSelective).every(({ kind }) => kind === 'property');

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

/** Whether any part of the scope can hold what the filters ask for. */
export const canMatch = (request: PageRequest): boolean => branchesFor(request).length > 0;

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

interface Range {
  /** The rows that a walk may look at. */
  readonly range: string;
  /** The order that tells them apart. */
  readonly order: Order;
}

function rangesOf(
  { from, condition, source }: ScopeBranch,
  { query, after }: PageRequest,
  { order, given }: Path,
  parameters: SqlParameters,
): Range[] {
  return segmentsOf(order, after, { parameters, source }).map((segment) => {
    const filters = given.map((filter) => filterCondition(filter, parameters));
    const fixed = [listedCondition(query), condition(parameters), ...filters];
    const range = `FROM ${from} WHERE ${all([...fixed, segment.condition])}`;
    return { range, order: segment.order };
  });
}

function walksOf(
  branch: ScopeBranch,
  request: PageRequest,
  path: Path,
  { parameters, selection }: { parameters: SqlParameters; selection: Selection },
): string[] {
  const { source } = branch;
  const { limit } = request.query;
  const isJudged = path.judges.length > 0;
  const columns =
    selection === 'images' || isJudged ? stampedColumns(source) : stamps(path.order, source);
  return rangesOf(branch, request, path, parameters).map(({ range, order }) => {
    const walk = (rows: number): string =>
      `SELECT ${columns} ${range} ORDER BY ${orderBy(order, source)} LIMIT ${rows}`;
    if (!isJudged) return walk(limit);
    const judged = all(path.judges.map((judge) => judge(parameters)));
    // CASE hides from the planner what it would guess: no value makes another plan better, so it plans once.
    const kept = selection === 'images' ? '*' : stamps(path.order, {});
    return `SELECT ${kept} FROM (${walk(limit * PATIENCE)}) i WHERE CASE WHEN ${judged} THEN true ELSE false END ORDER BY ${orderBy(order)} LIMIT ${limit}`;
  });
}

const segmentsOf = (
  order: Order,
  after: ImageAttributes | null,
  writing: Writing,
): KeysetSegment[] =>
  after === null ? [{ condition: 'true', order }] : keysetSegments(order, after, writing);

function merged(selects: readonly string[], order: Order, limit: number): string {
  const [only] = selects;
  if (only !== undefined && selects.length === 1) return only;
  const union = selects.map((select) => `(${select})`).join(' UNION ALL ');
  return `SELECT * FROM (${union}) i ORDER BY ${orderBy(order)} LIMIT ${limit}`;
}

const selected = (page: string, selection: Selection): string =>
  selection === 'images' ? page : `SELECT ${STAMPS_OF_ROWS} AS stamps FROM (${page}) i`;

/** The columns of a `RowStamp`, and those that the pages of the branches are merged by. */
function stamps(order: Order, source: ColumnSource): string {
  const fields = new Set<SortField>(['id', 'updatedAt', ...order.map(({ field }) => field)]);
  const columns = [...fields].map(
    (field) => `${columnOf(field, source)} AS ${columnOf(field, {}).slice(2)}`,
  );
  return `${columns.join(', ')}, i.version, i.xmin`;
}

const all = (conditions: readonly string[]): string =>
  conditions.filter((condition) => condition !== 'true').join(' AND ') || 'true';

const orderBy = (order: Order, source: ColumnSource = {}): string =>
  order
    .map(({ field, direction }) => `${columnOf(field, source)} ${direction.toUpperCase()}`)
    .join(', ');
