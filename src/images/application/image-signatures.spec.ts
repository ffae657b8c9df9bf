import { afterAll, describe, expect, it } from '@jest/globals';
import { constants, generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { certificateOf } from '../../../test/support/certificates.js';
import { HashingPool } from '../../platform/hashing/hashing-pool.js';
import { ImageDataTooLarge } from '../domain/image-data.errors.js';
import { ImageSignatureRefused } from '../domain/image-signature.js';
import { Image } from '../domain/image.js';
import { ImageSignatures } from './image-signatures.js';
import { MeasuredData } from './measured-data.js';
import { CertificateSource } from './ports/certificate-source.js';

const ID = '0d8b0b6e-2c0e-4a8e-9b1a-7d2f3c4b5a69';
const CONTENT = Buffer.alloc(3_000_000, 'the quick brown fox ');
const CAP = 64n * 1024n * 1024n;
const hashing = new HashingPool(2);
afterAll(() => hashing.close());

class OneCertificate extends CertificateSource {
  constructor(private readonly pem: string) {
    super();
  }

  find(id: string): Promise<Buffer | null> {
    return Promise.resolve(id === ID ? Buffer.from(this.pem) : null);
  }
}

const onCurve = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS: Readonly<Record<string, () => KeyPairKeyObjectResult>> = {
  'RSA-PSS': rsa,
  DSA: () => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }),
  ECC_SECT571K1: onCurve('sect571k1'),
  ECC_SECT409K1: onCurve('sect409k1'),
  ECC_SECT571R1: onCurve('sect571r1'),
  ECC_SECT409R1: onCurve('sect409r1'),
  ECC_SECP521R1: onCurve('secp521r1'),
  ECC_SECP384R1: onCurve('secp384r1'),
};
const METHODS = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
type Method = keyof typeof METHODS;

function signed(keyType: string, method: Method, keys = KEYS[keyType]?.() ?? rsa(), days?: number) {
  const { privateKey: key, publicKey } = keys;
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN,
  };
  const signature = sign(METHODS[method], CONTENT, keyType === 'RSA-PSS' ? { key, ...pss } : key);
  const properties = {
    img_signature: signature.toString('base64'),
    img_signature_hash_method: method as string,
    img_signature_key_type: keyType,
    img_signature_certificate_uuid: ID,
  };
  return { properties, certificate: certificateOf(publicKey, days) };
}

type Signed = ReturnType<typeof signed>;

/** Reads the content as an upload does. @returns how many bytes came through */
async function verify({ properties, certificate }: Signed, content = CONTENT): Promise<number> {
  const image = new Image({ properties } as unknown as Image['attributes']);
  const signature = await new ImageSignatures(new OneCertificate(certificate)).of(image);
  expect(signature).not.toBeNull();
  async function* chunks() {
    for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
  }
  const data = new MeasuredData(chunks(), hashing, {
    hashAlgorithm: 'sha512',
    limit: { maxBytes: CAP, exceeded: () => new ImageDataTooLarge(CAP) },
    declaredBytes: null,
    expectation: null,
    signature,
  });
  let bytes = 0;
  for await (const chunk of data) bytes += chunk.length;
  return bytes;
}

describe('the signature of an image', () => {
  it.each(Object.keys(KEYS))('is verified with a key of the type %s', async (keyType) => {
    const image = signed(keyType, 'SHA-256');
    expect(await verify(image)).toBe(CONTENT.length);
    const altered = Buffer.from(CONTENT);
    altered[2_999_999] = 0;
    await expect(verify(image, altered)).rejects.toThrow(ImageSignatureRefused);
  });

  it.each(Object.keys(METHODS) as Method[])('is verified over a %s', async (method) => {
    expect(await verify(signed('ECC_SECP384R1', method))).toBe(CONTENT.length);
    expect(await verify(signed('RSA-PSS', method))).toBe(CONTENT.length);
  });

  it('does not hold with another key, method or padding, or when it is noise', async () => {
    const { properties } = signed('ECC_SECP384R1', 'SHA-256');
    const { certificate } = signed('ECC_SECP384R1', 'SHA-256');
    await expect(verify({ properties, certificate })).rejects.toThrow(ImageSignatureRefused);
    const image = signed('RSA-PSS', 'SHA-256');
    const refused = async (change: Partial<Signed['properties']>) => {
      const changed = { ...image, properties: { ...image.properties, ...change } };
      await expect(verify(changed)).rejects.toThrow(ImageSignatureRefused);
    };
    await refused({ img_signature_hash_method: 'SHA-512' });
    await refused({ img_signature: 'bm9pc2U=' });
    const keys = rsa();
    const pkcs1 = sign('sha256', CONTENT, keys.privateKey).toString('base64');
    const other = signed('RSA-PSS', 'SHA-256', keys);
    const properties1 = { ...other.properties, img_signature: pkcs1 };
    await expect(verify({ ...other, properties: properties1 })).rejects.toThrow(/not what/);
  });

  it.each<[string, object, RegExp]>([
    ['a weak method', { img_signature_hash_method: 'MD5' }, /must be one of SHA-224/],
    ['SHA-1', { img_signature_hash_method: 'SHA-1' }, /must be one of SHA-224/],
    ['an unknown type of key', { img_signature_key_type: 'RSA' }, /must be one of RSA-PSS/],
    ['a name from nowhere', { img_signature_key_type: 'constructor' }, /must be one of/],
    ['another type of key', { img_signature_key_type: 'DSA' }, /no DSA key/],
    ['another curve', { img_signature_key_type: 'ECC_SECP521R1' }, /no ECC_SECP521R1 key/],
    ['no base64', { img_signature: '???' }, /base64/],
    ['no such certificate', { img_signature_certificate_uuid: 'x' }, /not known here/],
  ])('is refused with %s', async (_what, change, reason) => {
    const image = signed('ECC_SECP384R1', 'SHA-256');
    const changed = { ...image, properties: { ...image.properties, ...change } };
    await expect(verify(changed)).rejects.toThrow(reason);
  });

  it('is refused with a certificate that has ended, or is none', async () => {
    const image = signed('ECC_SECP384R1', 'SHA-256');
    const keys = rsa();
    await expect(verify(signed('RSA-PSS', 'SHA-256', keys, 0.5))).rejects.toThrow(/not valid now/);
    await expect(verify({ ...image, certificate: 'nonsense' })).rejects.toThrow(/unreadable/);
  });

  it('is none unless it is stated in full', async () => {
    const { properties, certificate } = signed('ECC_SECP384R1', 'SHA-256');
    const signatures = new ImageSignatures(new OneCertificate(certificate));
    for (const missing of Object.keys(properties)) {
      const part = Object.fromEntries(
        Object.entries(properties).filter(([name]) => name !== missing),
      );
      const image = new Image({ properties: part } as unknown as Image['attributes']);
      expect(await signatures.of(image)).toBeNull();
    }
  });
});
