import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { ImageProperties } from './image-properties.js';

/** The properties by which clients sign images; together or not at all. */
const SIGNATURE = 'img_signature';
const HASH_METHOD = 'img_signature_hash_method';
const KEY_TYPE = 'img_signature_key_type';
const CERTIFICATE_ID = 'img_signature_certificate_uuid';

/** Weaker ones are never accepted (S-63). */
const HASH_METHODS: Readonly<Record<string, string>> = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export interface SigningKey {
  /** As `node:crypto` names kinds of keys. */
  readonly type: string | undefined;
  /** Of keys on elliptic curves. */
  readonly curve: string | undefined;
}

/** As other image services of the cloud name them. */
const KEY_TYPES: Readonly<Record<string, (key: SigningKey) => boolean>> = {
  'RSA-PSS': ({ type }) => type === 'rsa' || type === 'rsa-pss',
  DSA: ({ type }) => type === 'dsa',
  ECC_SECT571K1: isOn('sect571k1'),
  ECC_SECT409K1: isOn('sect409k1'),
  ECC_SECT571R1: isOn('sect571r1'),
  ECC_SECT409R1: isOn('sect409r1'),
  ECC_SECP521R1: isOn('secp521r1'),
  ECC_SECP384R1: isOn('secp384r1'),
};

/** The signature does not hold for the data, or cannot be verified. */
export class ImageSignatureRefused extends InvalidRequest {}

/** A signature over the bytes of an image, as its properties state it. */
export interface ImageSignature {
  readonly value: Uint8Array;
  /** Of the SHA-2 family, as `node:crypto` names it. */
  readonly hashAlgorithm: string;
  readonly isPss: boolean;
  /** Where the certificate of the signer is found. */
  readonly certificateId: string;
  /** @throws ImageSignatureRefused when the key is not of the stated type */
  requireKey(key: SigningKey): void;
}

/**
 * @returns null unless all four properties are there: an image that was signed in part is one without a signature
 * @throws ImageSignatureRefused when they are malformed
 */
export function signatureOf(properties: ImageProperties): ImageSignature | null {
  const stated = [SIGNATURE, HASH_METHOD, KEY_TYPE, CERTIFICATE_ID].map(
    (name) => properties[name] ?? null,
  );
  if (!stated.every((value) => value !== null)) return null;
  const [text = '', hashMethod = '', keyType = '', certificateId = ''] = stated;
  const hashAlgorithm = known(HASH_METHODS, HASH_METHOD, hashMethod);
  const fits = known(KEY_TYPES, KEY_TYPE, keyType);
  return {
    value: decoded(text),
    hashAlgorithm,
    isPss: keyType === 'RSA-PSS',
    certificateId,
    requireKey: (key) => {
      if (!fits(key)) throw new ImageSignatureRefused(`The certificate has no ${keyType} key.`);
    },
  };
}

function isOn(curve: string): (key: SigningKey) => boolean {
  return (key) => key.type === 'ec' && key.curve === curve;
}

function known<T>(table: Readonly<Record<string, T>>, property: string, value: string): T {
  const entry = Object.hasOwn(table, value) ? table[value] : undefined;
  if (entry !== undefined) return entry;
  const choice = Object.keys(table).join(', ');
  throw new ImageSignatureRefused(`${property} is ${quote(value)} and must be one of ${choice}.`);
}

function decoded(text: string): Uint8Array {
  const value = /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ? Buffer.from(text, 'base64') : null;
  if (value !== null && value.length > 0) return value;
  throw new ImageSignatureRefused(`${SIGNATURE} must be in base64.`);
}
