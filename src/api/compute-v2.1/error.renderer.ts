import type { DomainError } from '../../kernel/errors.js';
import { STATUS_OF_KIND, type RenderedError } from '../http/error-status.js';

const FAULT_NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** Where Compute answers otherwise than the Image API: metadata over its limit, and unknown keys (8.4, 10). */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'property-quota': 403,
  'property-missing': 404,
};

/** Compute API section 12: one key naming the fault, holding `code` and `message`. */
export function renderComputeError(error: DomainError): RenderedError {
  const status = STATUS_OF_CODE[error.code] ?? STATUS_OF_KIND[error.kind];
  const retryAfter = error.headers['Retry-After'];
  const isLimit = status === 413 || status === 429;
  return {
    status,
    contentType: 'application/json; charset=UTF-8',
    body: JSON.stringify({
      [FAULT_NAMES[status] ?? 'computeFault']: {
        code: status,
        message: error.message,
        ...(isLimit && retryAfter !== undefined && { retryAfter }),
      },
    }),
  };
}
