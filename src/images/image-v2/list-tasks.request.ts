import { parseLimit, type PageSizes } from '../../api/http/limit.js';
import type { QueryParameters } from '../../api/http/query-string.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ListTasksCommand } from '../application/imports/show-tasks.js';
import type { TaskSortField } from '../application/ports/image-task.repository.js';
import { normalizeImageId } from '../domain/image-id.js';
import { TASK_STATUSES } from '../domain/image-task.js';

const FIELDS: ReadonlyMap<string, TaskSortField> = new Map([
  ['id', 'id'],
  ['type', 'type'],
  ['status', 'status'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['expires_at', 'expiresAt'],
]);

/** Query of `GET /v2/tasks` → command (image-v2 2.15); other parameters are ignored. @throws InvalidRequest */
export function parseListTasks(query: QueryParameters, sizes: PageSizes): ListTasksCommand {
  const values = new Map(query);
  const marker = values.get('marker') ?? null;
  if (marker !== null && normalizeImageId(marker) === null) throw invalid('marker', marker);
  return {
    type: parseType(values.get('type')),
    status: parseStatus(values.get('status')),
    sort: parseSort(values.get('sort_key'), values.get('sort_dir')),
    limit: parseLimit(values.get('limit'), sizes),
    marker,
  };
}

/** The filter knows one type only, even though tasks have others. */
function parseType(text: string | undefined): ListTasksCommand['type'] {
  if (text === undefined || text === 'import') return text ?? null;
  throw invalid('type', text);
}

function parseSort(key = 'created_at', direction = 'desc'): ListTasksCommand['sort'] {
  const field = FIELDS.get(key);
  if (field === undefined) throw invalid('sort_key', key);
  if (direction !== 'asc' && direction !== 'desc') throw invalid('sort_dir', direction);
  return { field, direction };
}

function parseStatus(text: string | undefined): ListTasksCommand['status'] {
  if (text === undefined) return null;
  const status = TASK_STATUSES.find((known) => known === text);
  if (status === undefined) throw invalid('status', text);
  return status;
}

const invalid = (name: string, value: string): InvalidRequest =>
  new InvalidRequest(`Invalid ${name} ${quote(value)}.`);
