import type { DomainError } from '../../kernel/errors.js';
import { STATUS_OF_KIND, reasonPhrase, type RenderedError } from '../http/error-status.js';

/** The form of the Identity API, and of every 401 in front of the other dialects (identity A9). */
export function renderIdentityError(error: DomainError): RenderedError {
  const status = STATUS_OF_KIND[error.kind];
  const { details } = error;
  return {
    status,
    contentType: 'application/json',
    body: JSON.stringify({
      error: { code: status, title: reasonPhrase(status), message: error.message, ...details },
    }),
  };
}
