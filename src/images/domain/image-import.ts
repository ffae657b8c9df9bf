import type { ImageStatus } from './image-status.js';

/** The ways in which data can be imported (image-v2 2.9), in the order in which they are announced. */
export const IMPORT_METHODS = [
  'glance-direct',
  'web-download',
  'glance-download',
  'copy-image',
] as const;

export type ImportMethod = (typeof IMPORT_METHODS)[number];

/** What an image must be when an import of it is asked for. */
export const STATUS_BEFORE_IMPORT = {
  'glance-direct': 'uploading',
  'web-download': 'queued',
  'glance-download': 'queued',
  'copy-image': 'active',
} as const satisfies Record<ImportMethod, ImageStatus>;

/** Properties by which everybody who sees an image can follow its import; lists are sorted, with commas. */
export const IMPORT_TASK_PROPERTY = 'os_glance_import_task';
export const IMPORTING_TO_STORES_PROPERTY = 'os_glance_importing_to_stores';
export const FAILED_IMPORT_PROPERTY = 'os_glance_failed_import';

/** `b,a` and `c` → `a,b,c`. */
export const storeList = (storeIds: readonly string[]): string =>
  [...new Set(storeIds)].sort().join(',');

export const storesOf = (list: string | null): readonly string[] =>
  (list ?? '').split(',').filter((storeId) => storeId !== '');
