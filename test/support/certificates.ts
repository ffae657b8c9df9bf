import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const DAY_MS = 86_400_000;
const issuer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const VERSION_3 = Buffer.from('a003020102', 'hex');

/** One value in DER. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);
const name = (text: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(text)))));
const time = (instant: number): Buffer =>
  der(0x18, Buffer.from(new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+/g, '')));

/** An X.509 certificate of the key in PEM, which is valid from yesterday for so many days. */
export function certificateOf(publicKey: KeyObject, days = 2): string {
  const yesterday = Date.now() - DAY_MS;
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const body = sequence(
    VERSION_3,
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name('issuer'),
    sequence(time(yesterday), time(yesterday + days * DAY_MS)),
    name('signer'),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
