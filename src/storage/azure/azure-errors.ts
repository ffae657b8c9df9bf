import { DomainError, Unavailable } from '../../kernel/errors.js';
import {
  ImageDataDiscarded,
  ImageDataExists,
  ImageDataMissing,
  StoreFull,
} from '../../images/domain/image-data.errors.js';

const MISSING: ReadonlySet<string> = new Set(['BlobNotFound', 'InvalidRange']);
const FULL: ReadonlySet<string> = new Set([
  'AccountIsFull',
  'BlobSizeLimit',
  'RequestBodyTooLarge',
]);
/** Blocks of a list to be committed that are not there any more. */
const DISCARDED: ReadonlySet<string> = new Set(['InvalidBlockList', 'InvalidBlobOrBlock']);
const EXISTS: ReadonlySet<string> = new Set(['BlobAlreadyExists', 'UnauthorizedBlobOverwrite']);
const NOT_FOUND = 404;

/** The SDK's errors as the port promises them. The SDK has retried whatever is worth it by then. */
export function azureFailure(error: unknown): unknown {
  if (error instanceof DomainError || error instanceof TypeError) return error;
  const code = codeOf(error);
  if (isMissing(error)) return new ImageDataMissing(error);
  if (DISCARDED.has(code)) return new ImageDataDiscarded(error);
  if (EXISTS.has(code)) return new ImageDataExists(error);
  if (FULL.has(code)) return new StoreFull(error);
  return new Unavailable('The image store is not available.', { cause: error });
}

/** A `HEAD` is answered without a body, and so without a code; a container that is missing is another matter. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return MISSING.has(code) || (member(error, 'statusCode') === NOT_FOUND && code === '');
}

export function isExisting(error: unknown): boolean {
  return EXISTS.has(codeOf(error));
}

/** The SDK says it in one of two places. */
function codeOf(error: unknown): string {
  const named = member(error, 'code') ?? member(member(error, 'details'), 'errorCode');
  return typeof named === 'string' && named !== 'REQUEST_SEND_ERROR' ? named : '';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
