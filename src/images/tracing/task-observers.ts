import { during } from '../../platform/observability/tracing/active-span.js';
import type { Tracing } from '../../platform/observability/tracing/span.js';
import { TaskObserver, type TaskOutcome } from '../application/ports/task-observer.js';
import type { ClaimedTask } from '../application/ports/task-queue.js';

/** For when nobody traces. */
export class SilentTaskObserver extends TaskObserver {
  override async during(_task: ClaimedTask, attempt: () => Promise<TaskOutcome>): Promise<void> {
    await attempt();
  }
}

/** A trace for each attempt, linked to that of the request that asked for the task. */
export class TracedTasks extends TaskObserver {
  constructor(private readonly tracing: Tracing) {
    super();
  }

  override async during(task: ClaimedTask, attempt: () => Promise<TaskOutcome>): Promise<void> {
    const { lease, attempts, plan, askedBy } = task;
    const span = this.tracing.begin(`task ${plan.method}`, {
      kind: 'consumer',
      follows: askedBy.trace,
      attributes: {
        'catalog.task.id': lease.taskId,
        'catalog.task.attempt': attempts,
        'catalog.image.id': lease.imageId,
        'catalog.request.id': askedBy.requestId ?? undefined,
      },
    });
    await during(span, attempt, (outcome) => ({
      errorType: outcome === 'done' ? undefined : outcome,
    }));
  }
}
