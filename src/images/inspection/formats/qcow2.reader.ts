import { plausibleSize, type Finding } from '../finding.js';
import { MAX_REGION_BYTES, type FormatReader, type Region } from '../format-reader.js';

const MAGIC = 0x51_46_49_fb;
const V2_HEADER_BYTES = 72;
const V3_HEADER_BYTES = 104;
const KNOWN_INCOMPATIBLE = 0b1_1111n;
const EXTERNAL_DATA_FILE = 0b100n;
const DATA_FILE_NAME = 0x44_41_54_41;
const MIN_CLUSTER_BITS = 9;
const MAX_CLUSTER_BITS = 21;

type Wanting<T> = Generator<Region, T, DataView | null>;

/** QEMU's docs/interop/qcow2.txt, versions 2 and 3; big-endian. */
export function* readQcow2(): FormatReader {
  const header = yield { offset: 0, length: V2_HEADER_BYTES };
  if (header === null || header.getUint32(0) !== MAGIC) return null;
  const version = header.getUint32(4);
  const dangers = header.getBigUint64(8) === 0n ? [] : ['a backing file'];
  const clusterBits = header.getUint32(20);
  const isSound = clusterBits >= MIN_CLUSTER_BITS && clusterBits <= MAX_CLUSTER_BITS;
  const virtualSize = isSound ? plausibleSize(header.getBigUint64(24)) : null;
  const finding = { format: 'qcow2', virtualSize, dangers } as const;
  if (version === 2) return finding;
  if (version === 3) return yield* withVersion3(finding, clusterBits);
  return { ...finding, virtualSize: null, dangers: [...dangers, 'an unknown version'] };
}

function* withVersion3(finding: Finding, clusterBits: number): Wanting<Finding> {
  const rest = yield { offset: V2_HEADER_BYTES, length: V3_HEADER_BYTES - V2_HEADER_BYTES };
  const headerBytes = rest?.getUint32(28) ?? 0;
  if (rest === null || headerBytes < V3_HEADER_BYTES) return { ...finding, virtualSize: null };
  const features = rest.getBigUint64(0);
  const dangers = [...finding.dangers];
  if ((features & ~KNOWN_INCOMPATIBLE) !== 0n) dangers.push('unknown features');
  const isMarked = (features & EXTERNAL_DATA_FILE) !== 0n;
  const isNamed = yield* namesDataFile(headerBytes, clusterBits);
  if (isMarked || isNamed) dangers.push('an external data file');
  return { ...finding, dangers };
}

/** Extensions follow the header within the first cluster: type, length, data padded to eight bytes. */
function* namesDataFile(headerBytes: number, clusterBits: number): Wanting<boolean> {
  const end = Math.min(2 ** Math.min(clusterBits, MAX_CLUSTER_BITS), MAX_REGION_BYTES);
  if (headerBytes >= end) return false;
  const extensions = yield { offset: headerBytes, length: end - headerBytes, atLeast: 8 };
  if (extensions === null) return false;
  let at = 0;
  while (at + 8 <= extensions.byteLength) {
    const type = extensions.getUint32(at);
    if (type === 0) return false;
    if (type === DATA_FILE_NAME) return true;
    at += 8 + Math.ceil(extensions.getUint32(at + 4) / 8) * 8;
  }
  return false;
}
