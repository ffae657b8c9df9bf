import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../../kernel/errors.js';
import type { Page } from '../../../kernel/page.js';
import type { Principal } from '../../../kernel/principal.js';
import { TaskNotFound } from '../../domain/image-import.errors.js';
import { normalizeImageId } from '../../domain/image-id.js';
import type { ImageTask } from '../../domain/image-task.js';
import { ImageTaskRepository, type TaskListQuery } from '../ports/image-task.repository.js';
import { VisibleImages } from '../visible-images.js';

/** Finished tasks are forgotten after two days, so an image has few. */
const MAX_OF_IMAGE = 1000;

export interface ListTasksCommand extends TaskListQuery {
  /** Id of the last task of the page before. */
  readonly marker: string | null;
}

/** Tasks, for those who wait for an image and for administrators. */
@Injectable()
export class ShowTasks {
  constructor(
    @Inject(ImageTaskRepository) private readonly tasks: ImageTaskRepository,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
  ) {}

  /** Those of the caller's tenant; for admins all. @throws ImageNotFound */
  async ofImage(imageId: string, principal: Principal): Promise<readonly ImageTask[]> {
    const { attributes } = await this.visible.get(imageId, principal);
    const { isAdmin, tenantId } = principal;
    return this.tasks.ofImage(attributes.id, isAdmin ? null : (tenantId ?? ''), MAX_OF_IMAGE);
  }

  /** @throws TaskNotFound for unknown, expired and malformed ids alike */
  async show(id: string): Promise<ImageTask> {
    const taskId = normalizeImageId(id);
    const task = taskId === null ? null : await this.tasks.find(taskId);
    if (task === null) throw new TaskNotFound();
    return task;
  }

  /** @throws InvalidRequest when the marker is no task */
  async list({ marker, ...query }: ListTasksCommand): Promise<Page<ImageTask>> {
    return this.tasks.list(query, marker === null ? null : await this.taskAtMarker(marker));
  }

  private async taskAtMarker(marker: string): Promise<ImageTask> {
    try {
      return await this.show(marker);
    } catch (error) {
      if (error instanceof TaskNotFound)
        throw new InvalidRequest('The marker is not a known task.');
      throw error;
    }
  }
}
