import { STATUS_CODES } from 'node:http';
import type { ErrorKind } from '../../kernel/errors.js';

/** The HTTP status of each kind of error; a dialect may override one by the error's code. */
export const STATUS_OF_KIND = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  timeout: 408,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'over-quota': 413,
  'unsupported-media': 415,
  'bad-range': 416,
  'rate-limited': 429,
  'not-implemented': 501,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorKind, number>;

/** The kind that a status from the framework stands for. */
export function kindOfStatus(status: number): ErrorKind {
  const entry = Object.entries(STATUS_OF_KIND).find(([, code]) => code === status);
  if (entry) return entry[0] as ErrorKind;
  return status >= 400 && status < 500 ? 'invalid' : 'internal';
}

export const reasonPhrase = (status: number): string => STATUS_CODES[status] ?? 'Error';

/** An error as it goes out. */
export interface RenderedError {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
