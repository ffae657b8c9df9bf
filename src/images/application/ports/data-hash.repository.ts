import type { DataFindings } from './image-data.repository.js';
import type { TaskLease, TaskProgress } from './task-queue.js';

/** Port: hashes of data that images have already. */
export abstract class DataHashRepository {
  /**
   * The image has what it lacked of these, and keeps what it had; the task has succeeded.
   * @throws TaskLeaseLost, ImageDeletedMeanwhile
   */
  abstract complete(
    lease: TaskLease,
    findings: DataFindings,
    progress: TaskProgress,
  ): Promise<void>;
}
