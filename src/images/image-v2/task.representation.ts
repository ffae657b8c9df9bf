import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { ImageTask } from '../domain/image-task.js';

/** As in `GET /v2/images/{id}/tasks`, where times have microseconds and no zone (image-v2 2.9). */
export function taskOfImageJson(task: ImageTask) {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    owner: task.owner,
    image_id: task.imageId,
    request_id: task.requestId,
    user_id: task.userId,
    input: task.input,
    result: task.result,
    message: task.message,
    ...progressOf(task),
    created_at: toMicroseconds(task.createdAt),
    updated_at: toMicroseconds(task.updatedAt),
    expires_at: task.expiresAt === null ? null : toMicroseconds(task.expiresAt),
    deleted: false,
    deleted_at: null,
  };
}

/** As in `GET /v2/tasks/{id}` (image-v2 2.15). */
export function taskJson(task: ImageTask) {
  return {
    ...taskSummaryJson(task),
    input: task.input,
    result: task.result,
    message: task.message,
    ...progressOf(task),
    image_id: task.imageId,
    ...(task.requestId !== null && { request_id: task.requestId }),
    ...(task.userId !== null && { user_id: task.userId }),
  };
}

/** As in the list of all tasks. */
export function taskSummaryJson({ id, type, status, owner, ...times }: ImageTask) {
  return {
    id,
    type,
    status,
    owner,
    created_at: toIsoSeconds(times.createdAt),
    updated_at: toIsoSeconds(times.updatedAt),
    ...(times.expiresAt !== null && { expires_at: toIsoSeconds(times.expiresAt) }),
    self: `/v2/tasks/${id}`,
    schema: '/v2/schemas/task',
  };
}

/** An addition to the Image API. Numbers, for as long as they are exact: 8 PiB. */
const progressOf = ({ bytesDone, bytesTotal }: ImageTask) => ({
  bytes_done: Number(bytesDone),
  bytes_total: bytesTotal === null ? null : Number(bytesTotal),
});

const toMicroseconds = (instant: Date): string => `${instant.toISOString().slice(0, -1)}000`;
