import type { IncomingMessage } from 'node:http';
import { InvalidRequest } from '../../kernel/errors.js';

/** In characters, as it was sent (S-36). */
const MAX_URL_LENGTH = 8192;
const MAX_HEADERS = 100;

/** Bounds what the server itself does not: its own limit is on the bytes of the whole head. @throws InvalidRequest */
export function refuseOversizedHead(url: string, { rawHeaders }: IncomingMessage): void {
  if (url.length > MAX_URL_LENGTH) {
    throw new InvalidRequest(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
  }
  if (rawHeaders.length / 2 > MAX_HEADERS) {
    throw new InvalidRequest(`The request has more than ${MAX_HEADERS} headers.`);
  }
}
