import type { TenantId } from '../../kernel/principal.js';
import type { ImportMethod } from './image-import.js';
import type { RemoteSource } from './remote-image.js';

/**
 * `import` comes from the deprecated tasks API, `api_image_import` from the import of one image, `location_import`
 * from a location that was added, `hash_calculation` from an operator who wants missing hashes.
 */
export const TASK_TYPES = [
  'import',
  'api_image_import',
  'location_import',
  'hash_calculation',
] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const TASK_STATUSES = ['pending', 'processing', 'success', 'failure'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** How long a finished task can be looked at (image-v2 2.15). */
export const TASK_RETENTION_HOURS = 48;

/** Long work on one image, as those who may see it see it. */
export interface ImageTask {
  readonly id: string;
  readonly type: TaskType;
  readonly status: TaskStatus;
  readonly imageId: string;
  readonly owner: TenantId | null;
  readonly userId: string | null;
  /** Of the request that asked for it. */
  readonly requestId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Why it failed: a public sentence, else empty. */
  readonly message: string;
  /** Over all target stores. */
  readonly bytesDone: bigint;
  /** Null until it is known. */
  readonly bytesTotal: bigint | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date | null;
}

/** What an import is to do, with every default decided. */
export interface ImportPlan {
  readonly method: ImportMethod;
  /** Of `web-download`. */
  readonly uri: string | null;
  /** Of `glance-download`. Tasks of releases that did not know it lack it. */
  readonly remote?: RemoteSource | null;
  /** At least one, each once. */
  readonly storeIds: readonly string[];
  /** Otherwise one store that works is enough. */
  readonly mustAllSucceed: boolean;
}

/** Data that lies elsewhere is read, and is the image's from then on if it is what it must be. */
export interface LocationPlan {
  readonly method: 'add-location';
  readonly storeId: string;
  readonly url: string;
  /** Of the `os_hash_value` to come. */
  readonly hashAlgorithm: string;
  /** What it must be, hexadecimal; null: whatever it is. */
  readonly hashValue: string | null;
}

/** The data of an active image is read for the hashes that it lacks. */
export interface HashingPlan {
  readonly method: 'hash-data';
  /** Unless the image says another one. */
  readonly hashAlgorithm: string;
}

/** What a task is to do. */
export type TaskPlan = ImportPlan | LocationPlan | HashingPlan;

/** A task as it is asked for. */
export type NewTask = Pick<
  ImageTask,
  'id' | 'type' | 'imageId' | 'owner' | 'userId' | 'requestId' | 'input'
> & { readonly plan: TaskPlan };

/** Where a task writes to, for the others none. */
export const targetsOf = (plan: TaskPlan): readonly string[] =>
  'storeIds' in plan ? plan.storeIds : [];
