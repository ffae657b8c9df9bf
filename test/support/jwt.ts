import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { SigningKey } from './oidc-provider.js';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given with ES256, also what no issuer would. */
export function signedJwt(key: SigningKey, claims: object, header: object = {}): string {
  const signed = `${encode({ alg: 'ES256', kid: key.kid, typ: 'at+jwt', ...header })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), {
    key: createPrivateKey({ key: { ...key }, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${signature.toString('base64url')}`;
}

/** Without a signature, as `alg: none` has it. */
export const unsignedJwt = (claims: object, header: object = {}): string =>
  `${encode({ alg: 'none', ...header })}.${encode(claims)}.`;

/** With a shared secret, such as the text of a public key. */
export function hmacJwt(secret: string, claims: object, header: object = {}): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
