import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** A key as it is used: `header` is the encoded first part of every token that it signs. */
export interface JwsKey {
  readonly id: string;
  readonly header: string;
  readonly key: KeyObject;
}

/** The only header that a key ever writes, and the only one that is ever accepted for it. */
export function headerOf(keyId: string): string {
  return encodeJson({ alg: 'HS256', kid: keyId, typ: 'JWT' });
}

/** Compact JWS (RFC 7515) of a JSON payload. */
export function signJws(payload: object, key: JwsKey): string {
  const signed = `${key.header}.${encodeJson(payload)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/** Does the text claim to be signed as {@link signJws} signs? Whether it was is another question. */
export function isOwnForm(token: string): boolean {
  return jwsHeader(token)?.startsWith(OWN_PREFIX) ?? false;
}

/** The encoded header, which names the key; null when the text has not the form of a compact JWS. */
export function jwsHeader(token: string): string | null {
  return /^([\w-]+)\.[\w-]+\.[\w-]{43}$/.exec(token)?.[1] ?? null;
}

/**
 * The payload, if `key` signed it. The header is compared as a whole and never interpreted, so a token
 * cannot choose its algorithm; signatures are compared as text, so each token has one spelling.
 */
export function verifyJws(token: string, key: JwsKey): unknown {
  const end = token.lastIndexOf('.');
  const signed = token.slice(0, end);
  if (!signed.startsWith(`${key.header}.`)) return null;
  const expected = Buffer.from(signatureOf(signed, key));
  const actual = Buffer.from(token.slice(end + 1));
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return null;
  const payload = Buffer.from(signed.slice(key.header.length + 1), 'base64url');
  return JSON.parse(payload.toString('utf8')) as unknown;
}

const signatureOf = (signed: string, key: JwsKey): string =>
  createHmac('sha256', key.key).update(signed).digest('base64url');

/** How the header of every token of ours begins; 15 bytes, so the encoding ends with them. */
const OWN_PREFIX = Buffer.from('{"alg":"HS256",').toString('base64url');

const encodeJson = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
