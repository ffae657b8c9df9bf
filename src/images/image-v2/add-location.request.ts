import { InvalidRequest } from '../../kernel/errors.js';
import type { AddLocationCommand } from '../application/add-location.js';
import { isDigest, type ValidationData } from '../domain/image-locations.js';
import { parseUrl, record, refuseOthers } from './image-locations.js';

/** What callers may have hashed the data with. */
export const VALIDATION_ALGORITHMS = ['sha512', 'sha256', 'sha1', 'md5'] as const;

/** Body of `POST /v2/images/{id}/locations` (image-v2 2.16). @throws InvalidRequest */
export function parseAddLocation(body: unknown): Pick<AddLocationCommand, 'url' | 'validation'> {
  const { url, validation_data: validation, ...others } = record(body, 'The request body');
  refuseOthers(others);
  return {
    url: parseUrl(url),
    validation: validation === undefined ? null : parseValidation(validation),
  };
}

/** Without members it counts as absent. */
function parseValidation(value: unknown): ValidationData | null {
  const {
    os_hash_algo: hashAlgorithm,
    os_hash_value: hashValue,
    ...others
  } = record(value, 'validation_data');
  refuseOthers(others);
  if (hashAlgorithm === undefined && hashValue === undefined) return null;
  if (!VALIDATION_ALGORITHMS.some((known) => known === hashAlgorithm)) {
    throw new InvalidRequest(`os_hash_algo must be one of ${VALIDATION_ALGORITHMS.join(', ')}.`);
  }
  const algorithm = String(hashAlgorithm);
  if (typeof hashValue !== 'string' || !isDigest(algorithm, hashValue)) {
    throw new InvalidRequest(`os_hash_value must be a hexadecimal ${algorithm}.`);
  }
  return { hashAlgorithm: algorithm, hashValue: hashValue.toLowerCase(), checksum: null };
}
