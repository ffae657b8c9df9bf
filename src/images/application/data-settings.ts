import type { DataQuotas } from './ports/image-data.repository.js';

/** Injection token of the deployment's {@link ImageDataSettings}. */
export const IMAGE_DATA_SETTINGS = Symbol('IMAGE_DATA_SETTINGS');

/** What the operator decided about image data. */
export interface ImageDataSettings {
  readonly sizeCapBytes: number;
  /** Of `os_hash_algo`, besides MD5; a name that `node:crypto` knows. */
  readonly hashAlgorithm: string;
  readonly quotas: DataQuotas;
  readonly showDirectUrl: boolean;
  readonly showLocations: boolean;
  /** How old data without a record must be before it is removed. */
  readonly orphanGraceSeconds: number;
}
