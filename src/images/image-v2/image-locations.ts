import { Forbidden, InvalidRequest, quote } from '../../kernel/errors.js';
import type { LocationChange, NewLocation, ValidationData } from '../domain/image-locations.js';

/** Where the bytes of an image are is the operator's business; clients neither see nor set it (S-32). */
export class LocationsHidden extends Forbidden {
  constructor() {
    super('Image locations are not visible in this deployment.');
  }
}

/** In characters (image-v2 2.6). */
const MAX_URL_LENGTH = 255;

interface LocationOperation {
  readonly verb: 'add' | 'replace' | 'remove';
  /** Below `/locations`. */
  readonly deeper: readonly string[];
  readonly value: unknown;
}

/** One operation of a patch on `/locations` → change. @throws InvalidRequest */
export function parseLocationChange({ verb, deeper, value }: LocationOperation): LocationChange {
  if (verb === 'replace') {
    if (deeper.length > 0) throw new InvalidRequest('Locations are replaced as a whole.');
    if (!Array.isArray(value)) throw new InvalidRequest('Locations must be a list.');
    return { kind: 'replace-locations', locations: value.map(parseLocation) };
  }
  const [position, ...rest] = deeper;
  if (position === undefined || rest.length > 0) {
    throw new InvalidRequest('The path must be /locations/ and a position, or - for the end.');
  }
  const index = position === '-' ? null : parsePosition(position);
  return verb === 'remove'
    ? { kind: 'remove-location', index }
    : { kind: 'add-location', index, location: parseLocation(value) };
}

function parsePosition(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidRequest(`${quote(text)} is no position of a location.`);
}

function parseLocation(value: unknown): NewLocation {
  const { url, metadata, validation_data: validation, ...others } = record(value, 'A location');
  refuseOthers(others);
  return {
    url: parseUrl(url),
    metadata: record(metadata, 'The metadata of a location'),
    validation: validation === undefined ? null : parseValidation(validation),
  };
}

/** @throws InvalidRequest */
export function parseUrl(url: unknown): string {
  if (typeof url === 'string' && url !== '' && url.length <= MAX_URL_LENGTH) return url;
  throw new InvalidRequest(`A location needs a url of at most ${MAX_URL_LENGTH} characters.`);
}

function parseValidation(value: unknown): ValidationData {
  const {
    os_hash_algo: hashAlgorithm,
    os_hash_value: hashValue,
    checksum = null,
    ...others
  } = record(value, 'validation_data');
  refuseOthers(others);
  if (typeof hashAlgorithm !== 'string' || typeof hashValue !== 'string') {
    throw new InvalidRequest('validation_data needs os_hash_algo and os_hash_value.');
  }
  if (checksum === null) return { hashAlgorithm, hashValue, checksum };
  if (typeof checksum !== 'string' || !/^[0-9a-f]{32}$/i.test(checksum)) {
    throw new InvalidRequest('The checksum must be 32 hexadecimal digits.');
  }
  return { hashAlgorithm, hashValue, checksum: checksum.toLowerCase() };
}

/** @throws InvalidRequest */
export function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InvalidRequest(`${what} must be a JSON object.`);
}

/** @throws InvalidRequest */
export function refuseOthers(others: Record<string, unknown>): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new InvalidRequest(`A location has no member ${quote(name)}.`);
}
