import type { FormatReader } from '../format-reader.js';

const SECTOR_BYTES = 512;
const BOOT_SIGNATURE = 0xaa_55;
const ENTRIES_OFFSET = 446;
const ENTRY_BYTES = 16;
const ENTRIES = 4;
const INACTIVE = 0x00;
const ACTIVE = 0x80;
const GPT_PROTECTIVE = 0xee;

interface Partition {
  readonly index: number;
  readonly flag: number;
  readonly type: number;
  readonly firstSector: number;
}

/**
 * An MBR, which a GPT has too, for protection. A boot sector whose entries make no sense (a file system's own,
 * or chance) is none. A protective entry must be the first, the only one, and begin right behind the MBR
 * (UEFI 5.2.3): otherwise two readers see two different disks.
 */
export function* readPartitionTable(): FormatReader {
  const sector = yield { offset: 0, length: SECTOR_BYTES };
  if (sector === null || sector.getUint16(SECTOR_BYTES - 2, true) !== BOOT_SIGNATURE) return null;
  const entries = Array.from({ length: ENTRIES }, (_, index) => partitionAt(sector, index));
  const used = entries.filter(({ type }) => type !== 0);
  const isTable = entries.every(({ flag }) => flag === INACTIVE || flag === ACTIVE);
  if (!isTable || used.length === 0) return null;
  const protective = used.find(({ type }) => type === GPT_PROTECTIVE);
  const isConsistent =
    protective === undefined ||
    (used.length === 1 && protective.index === 0 && protective.firstSector === 1);
  return {
    format: 'partitions',
    virtualSize: null,
    dangers: isConsistent ? [] : ['partition tables that contradict each other'],
  };
}

function partitionAt(sector: DataView, index: number): Partition {
  const at = ENTRIES_OFFSET + index * ENTRY_BYTES;
  return {
    index,
    flag: sector.getUint8(at),
    type: sector.getUint8(at + 4),
    firstSector: sector.getUint32(at + 8, true),
  };
}
