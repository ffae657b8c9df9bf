import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { TenantId } from '../../kernel/principal.js';
import { Database } from '../../platform/database/database.js';
import {
  ImageTaskRepository,
  type TaskListQuery,
  type TaskSortField,
} from '../application/ports/image-task.repository.js';
import type { ImageTask, TaskStatus, TaskType } from '../domain/image-task.js';
import { SqlParameters } from './sql-parameters.js';

interface TaskRow {
  readonly id: string;
  readonly type: TaskType;
  readonly status: TaskStatus;
  readonly image_id: string;
  readonly owner: string | null;
  readonly user_id: string | null;
  readonly request_id: string | null;
  readonly input: Record<string, unknown>;
  readonly result: Record<string, unknown> | null;
  readonly message: string;
  readonly bytes_done: bigint;
  readonly bytes_total: bigint | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly expires_at: Date | null;
}

const COLUMNS = `id, type, status, image_id, owner, user_id, request_id, input, result, message, bytes_done,
  bytes_total, created_at, updated_at, expires_at`;
const UNEXPIRED = '(expires_at IS NULL OR expires_at > now())';

/** The expression and type that a sort field stands for; unfinished tasks expire after all others. */
const SORT_KEYS = {
  id: ['id', 'uuid'],
  type: ['type', 'varchar'],
  status: ['status', 'varchar'],
  createdAt: ['created_at', 'timestamptz'],
  updatedAt: ['updated_at', 'timestamptz'],
  expiresAt: [`coalesce(expires_at, 'infinity')`, 'timestamptz'],
} as const satisfies Record<TaskSortField, readonly [expression: string, type: string]>;

/** {@link ImageTaskRepository} on PostgreSQL. Pages are found by key, however deep. */
@Injectable()
export class SqlImageTaskRepository extends ImageTaskRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async find(id: string): Promise<ImageTask | null> {
    const [row] = await this.database.read<TaskRow>({
      name: 'find-task',
      text: `SELECT ${COLUMNS} FROM image_tasks WHERE id = $1::uuid AND ${UNEXPIRED}`,
      values: [id],
    });
    return row === undefined ? null : toTask(row);
  }

  async list(query: TaskListQuery, after: ImageTask | null): Promise<Page<ImageTask>> {
    const { type, status, sort, limit } = query;
    if (limit === 0) return { items: [], isFull: false };
    const parameters = new SqlParameters();
    const [expression, sqlType] = SORT_KEYS[sort.field];
    const conditions = [
      UNEXPIRED,
      ...(type === null ? [] : [`type = ${parameters.bind(type, 'varchar')}`]),
      ...(status === null ? [] : [`status = ${parameters.bind(status, 'varchar')}`]),
    ];
    if (after !== null) {
      const key = parameters.bind(after[sort.field] ?? 'infinity', sqlType);
      const id = parameters.bind(after.id, 'uuid');
      conditions.push(
        `(${expression}, id) ${sort.direction === 'asc' ? '>' : '<'} (${key}, ${id})`,
      );
    }
    const order = `${expression} ${sort.direction}, id ${sort.direction}`;
    const name = [
      'list-tasks',
      type !== null,
      status !== null,
      sort.field,
      sort.direction,
      after !== null,
    ];
    const rows = await this.database.read<TaskRow>({
      name: name.map(String).join('-'),
      text: `SELECT ${COLUMNS} FROM image_tasks WHERE ${conditions.join(' AND ')}
        ORDER BY ${order} LIMIT ${parameters.bind(limit)}`,
      values: parameters.values,
    });
    return { items: rows.map(toTask), isFull: rows.length === limit };
  }

  async ofImage(
    imageId: string,
    owner: TenantId | null,
    limit: number,
  ): Promise<readonly ImageTask[]> {
    const rows = await this.database.read<TaskRow>({
      name: 'tasks-of-image',
      text: `SELECT ${COLUMNS} FROM image_tasks
        WHERE image_id = $1::uuid AND ($2::varchar IS NULL OR owner = $2::varchar) AND ${UNEXPIRED}
        ORDER BY created_at DESC, id DESC LIMIT $3`,
      values: [imageId, owner, limit],
    });
    return rows.map(toTask);
  }
}

const toTask = (row: TaskRow): ImageTask => ({
  id: row.id,
  type: row.type,
  status: row.status,
  imageId: row.image_id,
  owner: row.owner,
  userId: row.user_id,
  requestId: row.request_id,
  input: row.input,
  result: row.result,
  message: row.message,
  bytesDone: row.bytes_done,
  bytesTotal: row.bytes_total,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  expiresAt: row.expires_at,
});
