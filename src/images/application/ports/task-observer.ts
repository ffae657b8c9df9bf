import type { ClaimedTask } from './task-queue.js';

/** `given-back` is for another process to begin again. */
export type TaskOutcome = 'done' | 'failed' | 'given-back';

/** Port: sees every attempt at a task, from its beginning to its end. */
export abstract class TaskObserver {
  /** Makes the attempt. @throws what it throws */
  abstract during(task: ClaimedTask, attempt: () => Promise<TaskOutcome>): Promise<void>;
}
