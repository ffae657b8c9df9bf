import { plausibleSize } from '../finding.js';
import type { FormatReader } from '../format-reader.js';
import { ascii } from './ascii.js';

const SECTOR_BYTES = 2048;
const FIRST_DESCRIPTOR = 16 * SECTOR_BYTES;
const DESCRIPTORS = 16;
const PRIMARY_VOLUME = 1;
/** ISO 9660, and the UDF images that carry no ISO 9660 volume beside it. */
const IDENTIFIERS: ReadonlySet<string> = new Set(['CD001', 'BEA01', 'NSR02', 'NSR03']);

/** ISO 9660 and UDF: volume descriptors follow one another from the sixteenth sector. */
export function* readIso(): FormatReader {
  const length = DESCRIPTORS * SECTOR_BYTES;
  const descriptors = yield { offset: FIRST_DESCRIPTOR, length, atLeast: 6 };
  if (descriptors === null || !IDENTIFIERS.has(ascii(descriptors, 1, 5))) return null;
  for (let at = 0; at + SECTOR_BYTES <= descriptors.byteLength; at += SECTOR_BYTES) {
    if (ascii(descriptors, at + 1, 5) !== 'CD001') continue;
    if (descriptors.getUint8(at) !== PRIMARY_VOLUME) continue;
    const blocks = BigInt(descriptors.getUint32(at + 80, true));
    const blockBytes = BigInt(descriptors.getUint16(at + 128, true));
    return { format: 'iso', virtualSize: plausibleSize(blocks * blockBytes), dangers: [] };
  }
  return { format: 'iso', virtualSize: null, dangers: [] };
}
