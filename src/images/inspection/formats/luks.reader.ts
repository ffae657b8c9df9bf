import type { FormatReader } from '../format-reader.js';
import { ascii } from './ascii.js';

/** LUKS 1 and 2: an encrypted disk, whose size only the key holder learns. */
export function* readLuks(): FormatReader {
  const header = yield { offset: 0, length: 8 };
  if (header === null || ascii(header, 0, 6) !== 'LUKS\xba\xbe') return null;
  return { format: 'luks', virtualSize: null, dangers: [] };
}
