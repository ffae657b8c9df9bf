import { plausibleSize } from '../finding.js';
import type { FormatReader } from '../format-reader.js';
import { ascii } from './ascii.js';

const KNOWN_FEATURES = 0b111n;
const BACKING_FILE = 0b1n;

/** QEMU's docs/interop/qed_spec.txt; little-endian. */
export function* readQed(): FormatReader {
  const header = yield { offset: 0, length: 64 };
  if (header === null || ascii(header, 0, 4) !== 'QED\0') return null;
  const features = header.getBigUint64(16, true);
  const dangers: string[] = [];
  if ((features & BACKING_FILE) !== 0n) dangers.push('a backing file');
  if ((features & ~KNOWN_FEATURES) !== 0n) dangers.push('unknown features');
  return { format: 'qed', virtualSize: plausibleSize(header.getBigUint64(48, true)), dangers };
}
