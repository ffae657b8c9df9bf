import type { DataQuotas } from './ports/image-data.repository.js';

/** Injection token of the deployment's {@link ImageDataSettings}. */
export const IMAGE_DATA_SETTINGS = Symbol('IMAGE_DATA_SETTINGS');

/** What the operator decided about image data. */
export interface ImageDataSettings {
  readonly sizeCapBytes: number;
  /** Of `os_hash_algo`, besides MD5; a name that `node:crypto` knows. */
  readonly hashAlgorithm: string;
  /** The bytes must be what `disk_format` says; otherwise only unsafe ones are refused. */
  readonly requireFormatMatch: boolean;
  /** Refuse a known container format that is called raw. */
  readonly refuseRichRaw: boolean;
  /** Most locations of an image; negative is unlimited. */
  readonly locationQuota: number;
  /** Do replies name the URL of the preferred copy (`direct_url`)? */
  readonly showDirectUrl: boolean;
  /** Do replies name all copies, and may patches change them (`locations`)? */
  readonly showLocations: boolean;
  /** Are the bytes at locations read, for their hashes and for what is said about them (image-v2 2.16)? */
  readonly hashLocations: boolean;
  /** Are clients sent to stores that hand the data out themselves? */
  readonly redirectDownloads: boolean;
  readonly quotas: DataQuotas;
  /** How old data without a record must be before it is removed. */
  readonly orphanGraceSeconds: number;
  /** How often stores and records are compared. */
  readonly auditIntervalSeconds: number;
}
