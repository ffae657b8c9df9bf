import { plausibleSize, type Finding } from '../finding.js';
import { MAX_REGION_BYTES, type FormatReader, type Region } from '../format-reader.js';
import { ascii } from './ascii.js';
import { dangersInDescriptor } from './vmdk-descriptor.js';

const SECTOR_BYTES = 512;
const DESCRIPTOR_SECTOR = 1n;
const VERSIONS: ReadonlySet<number> = new Set([1, 2, 3]);
const GRAIN_DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;
const FOOTER_BYTES = 3 * SECTOR_BYTES;
const FOOTER_MARKER = 3;

/** VMware's Virtual Disk Format 5.0: hosted sparse extents, older ones, and bare descriptors; little-endian. */
export function* readVmdk(): FormatReader {
  const header = yield { offset: 0, length: SECTOR_BYTES, atLeast: 16 };
  if (header === null) return null;
  const signature = ascii(header, 0, 4);
  if (signature === 'KDMV') return yield* readSparse(header);
  if (signature === 'COWD') return refused('an unsupported subformat');
  return isDescriptor(header) ? refused('extents in other files') : null;
}

function* readSparse(header: DataView): FormatReader {
  if (header.byteLength < SECTOR_BYTES) return refused('no descriptor');
  if (!VERSIONS.has(header.getUint32(4, true))) return refused('an unknown version');
  const sectors = header.getBigUint64(12, true);
  const place = descriptorPlace(header);
  // Whoever finds a capacity of zero takes the descriptor for the disk.
  const descriptor = place === null || sectors === 0n ? null : yield place;
  if (descriptor === null) return refused('no descriptor');
  const dangers = [...dangersInDescriptor(latin(descriptor))];
  if (header.getBigUint64(56, true) === GRAIN_DIRECTORY_AT_END) {
    const footer = yield { fromEnd: FOOTER_BYTES };
    if (!agrees(footer, header)) dangers.push('a footer that contradicts its header');
  }
  return { format: 'vmdk', virtualSize: plausibleSize(sectors * BigInt(SECTOR_BYTES)), dangers };
}

function descriptorPlace(header: DataView): Region | null {
  const length = Number(header.getBigUint64(36, true)) * SECTOR_BYTES;
  const isInPlace = header.getBigUint64(28, true) === DESCRIPTOR_SECTOR;
  const isBounded = length > 0 && length <= MAX_REGION_BYTES;
  return isInPlace && isBounded ? { offset: SECTOR_BYTES, length } : null;
}

function refused(danger: string): Finding {
  return { format: 'vmdk', virtualSize: null, dangers: [danger] };
}

/** A text that begins like one: after comments comes its version. */
function isDescriptor(start: DataView): boolean {
  const lines = latin(start)
    .split(/[\r\n]+/)
    .map((line) => line.trim().toLowerCase());
  if (lines[0]?.startsWith('# disk descriptorfile') === true) return true;
  const first = lines.find((line) => line !== '' && !line.startsWith('#'));
  return first !== undefined && /^version\s*=\s*\d+$/.test(first);
}

/** At the end of a stream: marker, the header again but for the directory's place, end marker. */
function agrees(footer: DataView | null, header: DataView): boolean {
  if (footer === null || footer.getUint32(12, true) !== FOOTER_MARKER) return false;
  if (footer.getBigUint64(SECTOR_BYTES + 56, true) === GRAIN_DIRECTORY_AT_END) return false;
  const [markerSize, endValue, endSize, endType] = [
    footer.getUint32(8, true),
    footer.getBigUint64(2 * SECTOR_BYTES, true),
    footer.getUint32(2 * SECTOR_BYTES + 8, true),
    footer.getUint32(2 * SECTOR_BYTES + 12, true),
  ];
  const isMarked = markerSize === 0 && endValue === 0n && endSize === 0 && endType === 0;
  // Signature, version, capacity and the descriptor's place; flags and tables may differ.
  const isSame = [0, 4, 12, 16, 28, 32, 36, 40].every(
    (at) => footer.getUint32(SECTOR_BYTES + at, true) === header.getUint32(at, true),
  );
  return isMarked && isSame;
}

function latin(view: DataView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('latin1');
}
