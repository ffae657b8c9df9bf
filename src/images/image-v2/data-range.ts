import type { IncomingHttpHeaders } from 'node:http';
import { DomainError, InvalidRequest } from '../../kernel/errors.js';
import type { DataRange } from '../application/ports/image-data-store.js';

const RANGE = /^bytes=\s*(\d*)-(\d*)\s*$/;
const LEGACY_RANGE = /^bytes[ =](\d+)-(\d+)\/(?:\*|\d+)$/;

/** The range lies outside the data, or is none. */
export class UnsatisfiableRange extends DomainError {
  constructor(size: bigint) {
    super('bad-range', 'bad-range', 'The requested range is not within the data of the image.', {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
}

/**
 * The part of the data that a request asks for (image-v2 2.8): `Range`, else the `Content-Range` that old
 * clients send in requests.
 * @param tag the entity tag of the data; an `If-Range` that names another state asks for all of it
 * @returns null for all of it
 * @throws UnsatisfiableRange; InvalidRequest for several ranges
 */
export function requestedRange(
  headers: IncomingHttpHeaders,
  size: bigint,
  tag: string | null,
): DataRange | null {
  const { range } = headers;
  const ifRange = headers['if-range'];
  if (range !== undefined) {
    const isOutdated = ifRange !== undefined && ifRange !== tag;
    return isOutdated ? null : parseRange(range.trim(), size);
  }
  const legacy = headers['content-range'];
  return legacy === undefined ? null : parseLegacyRange(legacy.trim(), size);
}

/**
 * May a store answer the request as it is? Stores do not know our entity tags nor what old clients send, and ranges
 * that count from the end are not understood by all.
 */
export function isForAnyServer(headers: IncomingHttpHeaders): boolean {
  const { range } = headers;
  if (headers['if-range'] !== undefined) return false;
  if (range === undefined) return headers['content-range'] === undefined;
  return /^bytes=\d+-\d*$/.test(range);
}

function parseRange(text: string, size: bigint): DataRange {
  if (text.includes(',')) throw new InvalidRequest('Several ranges at once are not supported.');
  const [, start = '', end = ''] = RANGE.exec(text) ?? [];
  if (start === '' && end === '') throw new UnsatisfiableRange(size);
  if (start === '') return suffix(BigInt(end), size);
  const last = end === '' ? size - 1n : smaller(BigInt(end), size - 1n);
  return between(BigInt(start), last, size);
}

/** The last bytes; asking for none, or for more than there are, yields all of them. */
function suffix(length: bigint, size: bigint): DataRange {
  const offset = length === 0n || length > size ? 0n : size - length;
  return between(offset, size - 1n, size);
}

function parseLegacyRange(text: string, size: bigint): DataRange {
  const [, start, end] = LEGACY_RANGE.exec(text) ?? [];
  if (start === undefined || end === undefined || BigInt(end) >= size) {
    throw new UnsatisfiableRange(size);
  }
  return between(BigInt(start), BigInt(end), size);
}

function between(start: bigint, last: bigint, size: bigint): DataRange {
  if (start >= size || start > last) throw new UnsatisfiableRange(size);
  return { offset: start, length: last - start + 1n };
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
