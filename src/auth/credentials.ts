import type { IncomingHttpHeaders } from 'node:http';
import { InvalidRequest, Unauthenticated } from '../kernel/errors.js';

/** Longer tokens are refused unread (S-06). */
const MAX_TOKEN_BYTES = 8192;
const MAX_BEARER_BYTES = 16_384;

export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly rawHeaders: readonly string[] };
}

/** What a request shows of who is asking. Headers that merely claim an identity are never read (identity A2). */
export interface Credentials {
  readonly token: string;
  readonly isBearer: boolean;
  readonly serviceToken: string | null;
  /** The tenant picked out of those that the token names. */
  readonly tenant: string | null;
}

/**
 * @returns null when there are none
 * @throws Unauthenticated for an unusable service token; that of the user does not make up for it
 * @throws InvalidRequest for two `Authorization` headers
 */
export function credentialsOf(request: HttpRequest, acceptsBearer: boolean): Credentials | null {
  const name = request.headers['x-auth-token'] === undefined ? 'x-storage-token' : 'x-auth-token';
  const isBearer = acceptsBearer && request.headers[name] === undefined;
  const token = isBearer ? bearerToken(request) : singleToken(request, name);
  if (token === null) return null;
  return { token, isBearer, serviceToken: serviceToken(request), tenant: pickedTenant(request) };
}

/** One header with a token in it; several, empty or oversized ones count as none. */
function singleToken(request: HttpRequest, name: string): string | null {
  const value = request.headers[name];
  if (typeof value !== 'string') return null;
  const token = value.trim();
  const isUsable = token !== '' && token.length <= MAX_TOKEN_BYTES;
  return isUsable && occurrencesOf(request, name) === 1 ? token : null;
}

function bearerToken(request: HttpRequest): string | null {
  const value = request.headers.authorization;
  if (value === undefined) return null;
  if (occurrencesOf(request, 'authorization') > 1) {
    throw new InvalidRequest('The header Authorization is given twice.', {
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_request"' },
    });
  }
  const token = /^bearer +(\S+)\s*$/i.exec(value)?.[1];
  return token === undefined || token.length > MAX_BEARER_BYTES ? null : token;
}

function serviceToken(request: HttpRequest): string | null {
  const value = request.headers['x-service-token'];
  if (value === undefined || value === '') return null;
  const token = singleToken(request, 'x-service-token');
  if (token === null) throw new Unauthenticated();
  return token;
}

function pickedTenant({ headers }: HttpRequest): string | null {
  const value = headers['x-scope-project'];
  return typeof value === 'string' && value !== '' ? value : null;
}

const occurrencesOf = ({ raw }: HttpRequest, name: string): number =>
  raw.rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length;
