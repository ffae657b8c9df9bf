import { plausibleSize, type Finding } from '../finding.js';
import type { FormatReader } from '../format-reader.js';
import { ascii } from './ascii.js';

const FOOTER_BYTES = 512;
const COOKIE = 'conectix';
const FIXED = 2;
const DYNAMIC = 3;

/** Microsoft's VHD 1.0; big-endian. The footer ends every image; dynamic ones begin with a copy of it. */
export function* readVhd(): FormatReader {
  const first = yield { offset: 0, length: FOOTER_BYTES };
  if (first === null) return null;
  if (ascii(first, 0, COOKIE.length) === COOKIE) return findingFrom(first, DYNAMIC);
  const last = yield { fromEnd: FOOTER_BYTES };
  if (last === null || ascii(last, 0, COOKIE.length) !== COOKIE) return null;
  return { ...findingFrom(last, FIXED), isBareDisk: true };
}

function findingFrom(footer: DataView, expectedType: number): Finding {
  const isWhole = footer.getUint32(60) === expectedType;
  return {
    format: 'vhd',
    virtualSize: plausibleSize(footer.getBigUint64(48)),
    dangers: isWhole ? [] : ['a parent disk or an unknown type'],
  };
}
