import { plausibleSize } from '../finding.js';
import type { FormatReader } from '../format-reader.js';

const SIGNATURE = 0xbe_da_10_7f;
const DYNAMIC = 1;
const FIXED = 2;
const UUID_BYTES = 16;

/** VirtualBox's VDI, version 1.1; little-endian. */
export function* readVdi(): FormatReader {
  const header = yield { offset: 0, length: 512 };
  if (header === null || header.getUint32(0x40, true) !== SIGNATURE) return null;
  const type = header.getUint32(0x4c, true);
  const isWhole =
    (type === DYNAMIC || type === FIXED) && isZero(header, 0x1_a8) && isZero(header, 0x1_b8);
  return {
    format: 'vdi',
    virtualSize: plausibleSize(header.getBigUint64(0x1_70, true)),
    dangers: isWhole ? [] : ['a parent disk'],
  };
}

function isZero(header: DataView, offset: number): boolean {
  const uuid = new Uint8Array(header.buffer, header.byteOffset + offset, UUID_BYTES);
  return uuid.every((byte) => byte === 0);
}
