import type { IncomingHttpHeaders } from 'node:http';
import { InvalidRequest } from '../../kernel/errors.js';
import { lastValue, type QueryParameters } from '../../api/http/query-string.js';
import type { ImageDataStores } from '../application/ports/image-data-stores.js';

/** The store that `X-Image-Meta-Store` names for an upload. */
export function targetStore(headers: IncomingHttpHeaders): string | null {
  const named = headers['x-image-meta-store'];
  return typeof named === 'string' && named !== '' ? named : null;
}

/** `?prefer=fast,cheap`: stores to read from first. @throws InvalidRequest with a single store */
export function preferredStores(query: QueryParameters, { all }: ImageDataStores): string[] {
  const preferred = lastValue(query, 'prefer')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (preferred.length > 0 && all.length < 2) {
    throw new InvalidRequest('This deployment has a single store; none can be preferred.');
  }
  return preferred;
}
