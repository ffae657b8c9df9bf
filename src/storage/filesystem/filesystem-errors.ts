import { DomainError, Unavailable } from '../../kernel/errors.js';
import {
  ImageDataDiscarded,
  ImageDataExists,
  ImageDataMissing,
  StoreFull,
} from '../../images/domain/image-data.errors.js';

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function isNoSuchFile(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export function readFailure(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  return isNoSuchFile(error) ? new ImageDataMissing(error) : unavailable(error);
}

export function writeFailure(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const code = codeOf(error);
  if (FULL.has(code)) return new StoreFull(error);
  if (code === 'EEXIST') return new ImageDataExists(error);
  if (code === 'ENOENT') return new ImageDataDiscarded(error);
  return unavailable(error);
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The image store is not available.', { cause });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
