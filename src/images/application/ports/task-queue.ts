import type { TaskPlan } from '../../domain/image-task.js';
import type { LeaseState } from './image-data.repository.js';

/** The right to work on one task. */
export interface TaskLease {
  readonly taskId: string;
  readonly leaseId: string;
  readonly imageId: string;
}

/** Whoever queued a task. */
interface TaskOrigin {
  readonly requestId: string | null;
  /** W3C Trace Context of that request, where requests are traced. */
  readonly trace: Readonly<Record<string, string>> | null;
}

export interface ClaimedTask {
  readonly lease: TaskLease;
  /** This one included. */
  readonly attempts: number;
  readonly plan: TaskPlan;
  readonly askedBy: TaskOrigin;
}

export interface TaskProgress {
  readonly bytesDone: bigint;
  readonly bytesTotal: bigint | null;
}

/** Port: unfinished tasks, each for one worker at a time, whichever replica it is of. Time is the database's. */
export abstract class TaskQueue {
  /**
   * The oldest task that nobody works on: a new one, or one whose lease was not renewed for so long. What an
   * earlier attempt has brought is queued for removal.
   */
  abstract claim(leaseSeconds: number): Promise<ClaimedTask | null>;

  /** Keeps the lease from expiring and says how far the work is. */
  abstract renew(lease: TaskLease, progress: TaskProgress): Promise<LeaseState>;

  /** Gives the task back for others to begin again; does not count as an attempt. */
  abstract release(lease: TaskLease): Promise<void>;

  /** Forgets finished tasks whose time is over. @returns how many */
  abstract purge(): Promise<number>;
}
