import { DomainError, Unavailable } from '../../kernel/errors.js';
import {
  ImageDataDiscarded,
  ImageDataMissing,
  StoreFull,
} from '../../images/domain/image-data.errors.js';

const MISSING: ReadonlySet<string> = new Set(['NoSuchKey', 'NotFound', 'InvalidRange']);
const FULL: ReadonlySet<string> = new Set([
  'EntityTooLarge',
  'InsufficientCapacity',
  'QuotaExceeded',
  'XMinioStorageFull',
]);
const INSUFFICIENT_STORAGE = 507;
const NOT_SUPPORTED: ReadonlySet<unknown> = new Set([405, 501]);

/** The SDK's errors as the port promises them. The SDK has retried whatever is worth it by then. */
export function s3Failure(error: unknown): unknown {
  if (error instanceof DomainError || error instanceof TypeError) return error;
  const name = nameOf(error);
  if (MISSING.has(name)) return new ImageDataMissing(error);
  if (name === 'NoSuchUpload') return new ImageDataDiscarded(error);
  if (FULL.has(name) || statusOf(error) === INSUFFICIENT_STORAGE) return new StoreFull(error);
  return new Unavailable('The image store is not available.', { cause: error });
}

export function isMissing(error: unknown): boolean {
  return MISSING.has(nameOf(error));
}

export function isNoSuchUpload(error: unknown): boolean {
  return nameOf(error) === 'NoSuchUpload';
}

/** Look-alikes often lack calls that only tidy up. */
export function isNotSupported(error: unknown): boolean {
  return NOT_SUPPORTED.has(statusOf(error));
}

function nameOf(error: unknown): string {
  return isObject(error) && typeof error['name'] === 'string' ? error['name'] : '';
}

function statusOf(error: unknown): unknown {
  const metadata = isObject(error) ? error['$metadata'] : undefined;
  return isObject(metadata) ? metadata['httpStatusCode'] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
