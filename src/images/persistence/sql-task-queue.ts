import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database } from '../../platform/database/database.js';
import type { LeaseState } from '../application/ports/image-data.repository.js';
import {
  TaskQueue,
  type ClaimedTask,
  type TaskLease,
  type TaskProgress,
} from '../application/ports/task-queue.js';
import type { TaskPlan } from '../domain/image-task.js';
import * as sql from './image-task.sql.js';
import { TRACE } from './import-changes.js';

interface ClaimedRow {
  readonly id: string;
  readonly image_id: string;
  readonly attempts: number;
  readonly plan: TaskPlan & { readonly [TRACE]?: Readonly<Record<string, string>> };
  readonly request_id: string | null;
}

/** {@link TaskQueue} in the table of tasks itself: leases are columns, and `SKIP LOCKED` deals the tasks out. */
@Injectable()
export class SqlTaskQueue extends TaskQueue {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async claim(leaseSeconds: number): Promise<ClaimedTask | null> {
    const leaseId = randomUUID();
    const [row] = await this.database.execute<ClaimedRow>({
      name: 'claim-task',
      text: sql.CLAIM,
      values: [leaseId, leaseSeconds],
    });
    if (row === undefined) return null;
    const { id: taskId, image_id: imageId, attempts, plan: kept, request_id: requestId } = row;
    const { [TRACE]: trace = null, ...plan } = kept;
    const askedBy = { requestId, trace };
    return { lease: { taskId, leaseId, imageId }, attempts, plan: plan as TaskPlan, askedBy };
  }

  async renew(lease: TaskLease, { bytesDone, bytesTotal }: TaskProgress): Promise<LeaseState> {
    const [row] = await this.database.execute<{ deleted: boolean }>({
      name: 'renew-task',
      text: sql.RENEW_TASK,
      values: [lease.taskId, lease.leaseId, bytesDone, bytesTotal],
    });
    if (row === undefined) return 'lost';
    return row.deleted ? 'image-deleted' : 'held';
  }

  async release({ taskId, leaseId }: TaskLease): Promise<void> {
    await this.database.execute({
      name: 'release-task',
      text: sql.RELEASE,
      values: [taskId, leaseId],
    });
  }

  async purge(): Promise<number> {
    const rows = await this.database.execute({
      name: 'purge-tasks',
      text: sql.PURGE_TASKS,
      values: [],
    });
    return rows.length;
  }
}
