import type { Page, SortKey } from '../../../kernel/page.js';
import type { TenantId } from '../../../kernel/principal.js';
import type { ImageTask, TaskStatus, TaskType } from '../../domain/image-task.js';

export type TaskSortField = 'id' | 'type' | 'status' | 'createdAt' | 'updatedAt' | 'expiresAt';

export interface TaskListQuery {
  readonly type: TaskType | null;
  readonly status: TaskStatus | null;
  readonly sort: SortKey<TaskSortField>;
  readonly limit: number;
}

/** Port: tasks as they are looked at, unexpired ones only. */
export abstract class ImageTaskRepository {
  abstract find(id: string): Promise<ImageTask | null>;

  /** @param after the last one of the page before */
  abstract list(query: TaskListQuery, after: ImageTask | null): Promise<Page<ImageTask>>;

  /** The latest ones first, at most `limit`. @param owner null: of every tenant */
  abstract ofImage(
    imageId: string,
    owner: TenantId | null,
    limit: number,
  ): Promise<readonly ImageTask[]>;
}
