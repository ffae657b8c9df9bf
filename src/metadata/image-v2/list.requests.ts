import type { QueryParameters } from '../../api/http/query-string.js';
import { parseLimit, type PageSizes } from '../../api/http/limit.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { SortDirection, SortKey } from '../../kernel/page.js';
import type { ListNamespacesQuery } from '../application/manage-namespaces.js';
import type {
  DefinitionQuery,
  DefinitionSortField,
} from '../application/ports/definition.repository.js';
import type { NamespaceSortField } from '../application/ports/namespace.repository.js';
import { NAMESPACE_VISIBILITIES, type NamespaceVisibility } from '../domain/namespace.js';
import { MAX_DEFINITIONS } from '../domain/namespace-contents.js';

/** What the API calls the fields that namespaces can be sorted by. */
export const NAMESPACE_SORT_KEYS: ReadonlyMap<string, NamespaceSortField> = new Map([
  ['namespace', 'name'],
  ['display_name', 'displayName'],
  ['description', 'description'],
  ['visibility', 'visibility'],
  ['protected', 'isProtected'],
  ['owner', 'owner'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['id', 'id'],
]);

/** What the API calls the fields that objects and tags can be sorted by. */
export const DEFINITION_SORT_KEYS: ReadonlyMap<string, DefinitionSortField> = new Map([
  ['name', 'name'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['id', 'id'],
]);

/** The value of a parameter that counts once: of a repeated one the last. */
export const lastOf = (query: QueryParameters, name: string): string | null =>
  query.findLast(([key]) => key === name)?.[1] ?? null;

/** Parameters that are not known are ignored. @throws InvalidRequest */
export function parseNamespaceList(query: QueryParameters, sizes: PageSizes): ListNamespacesQuery {
  return {
    visibility: parseVisibility(lastOf(query, 'visibility')),
    resourceTypes: lastOf(query, 'resource_types')?.split(',') ?? null,
    sort: parseSort(query, NAMESPACE_SORT_KEYS, { field: 'createdAt', direction: 'desc' }),
    limit: limitOf(query, sizes),
    marker: markerOf(query),
  };
}

/** Without a limit the answer is whole: a namespace holds a bounded number of definitions. */
const WHOLE: PageSizes = { pageSizeDefault: MAX_DEFINITIONS, pageSizeMax: MAX_DEFINITIONS };

/** Everything there is, in order of creation. */
export const WHOLE_SET: DefinitionQuery = {
  sort: { field: 'id', direction: 'asc' },
  limit: MAX_DEFINITIONS,
  marker: null,
};

/** Without a sort order: as they were created. No page can be empty, so a limit of 0 is refused. */
export function parseObjectList(query: QueryParameters): DefinitionQuery {
  const parsed = parseDefinitionList(query, { field: 'id', direction: 'asc' });
  if (parsed.limit === 0) throw new InvalidRequest('The limit must be positive.');
  return parsed;
}

/** Without a sort order: newest first. */
export const parseTagList = (query: QueryParameters): DefinitionQuery =>
  parseDefinitionList(query, { field: 'createdAt', direction: 'desc' });

function parseDefinitionList(
  query: QueryParameters,
  sort: SortKey<DefinitionSortField>,
): DefinitionQuery {
  return {
    sort: parseSort(query, DEFINITION_SORT_KEYS, sort),
    limit: limitOf(query, WHOLE),
    marker: markerOf(query),
  };
}

export function parseResourceTypeList(query: QueryParameters): {
  readonly limit: number;
  readonly marker: string | null;
} {
  return { limit: limitOf(query, WHOLE), marker: markerOf(query) };
}

/** An empty marker counts as none. */
function markerOf(query: QueryParameters): string | null {
  const marker = lastOf(query, 'marker');
  return marker === '' ? null : marker;
}

function parseVisibility(text: string | null): NamespaceVisibility | null {
  if (text === null || text === '') return null;
  const visibility = NAMESPACE_VISIBILITIES.find((known) => known === text);
  if (visibility === undefined) throw new InvalidRequest(`Unknown visibility ${quote(text)}.`);
  return visibility;
}

const limitOf = (query: QueryParameters, sizes: PageSizes): number =>
  parseLimit(lastOf(query, 'limit') ?? undefined, sizes);

/** A direction without a key applies to the creation date, a key without a direction descends. */
function parseSort<Field extends string>(
  query: QueryParameters,
  keys: ReadonlyMap<string, Field>,
  otherwise: SortKey<Field>,
): SortKey<Field> {
  const [key, direction] = [lastOf(query, 'sort_key'), lastOf(query, 'sort_dir')];
  if (key === null && direction === null) return otherwise;
  const field = keys.get(key ?? 'created_at');
  if (field === undefined) throw new InvalidRequest(`Unknown sort key ${quote(key ?? '')}.`);
  return { field, direction: parseDirection(direction ?? 'desc') };
}

function parseDirection(text: string): SortDirection {
  if (text === 'asc' || text === 'desc') return text;
  throw new InvalidRequest(`Unknown sort direction ${quote(text)}.`);
}
