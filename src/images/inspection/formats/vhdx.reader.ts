import { plausibleSize, type Finding } from '../finding.js';
import { MAX_REGION_BYTES, type FormatReader, type Region } from '../format-reader.js';
import { ascii } from './ascii.js';

const KIB = 1024;
const REGION_TABLE_OFFSET = 192 * KIB;
const TABLE_HEADER_BYTES = { regions: 16, metadata: 32 };
const ENTRY_BYTES = 32;
const MAX_ENTRIES = 2047;

const BAT_REGION = '2dc27766-f623-4200-9d64-115e9bfd4a08';
const METADATA_REGION = '8b7ca206-4790-4b9a-b8fe-575f050f886e';
const FILE_PARAMETERS = 'caa16737-fa36-4d43-b3b6-33f0aa44e76b';
const VIRTUAL_DISK_SIZE = '2fa54224-cd1b-4876-b211-5dbed83bf4b8';
const PARENT_LOCATOR = 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c';
const HAS_PARENT = 0b10;

type Wanting<T> = Generator<Region, T, DataView | null>;

interface Entry {
  readonly id: string;
  readonly view: DataView;
}

/** Microsoft's MS-VHDX; little-endian. The size is an item of the metadata region that a table points to. */
export function* readVhdx(): FormatReader {
  const identifier = yield { offset: 0, length: 8 };
  if (identifier === null || ascii(identifier, 0, 8) !== 'vhdxfile') return null;
  const regions = yield* entriesAt(REGION_TABLE_OFFSET, 'regi', 'regions');
  const isKnown = ({ id, view }: Entry) =>
    id === BAT_REGION || id === METADATA_REGION || (view.getUint32(28, true) & 1) === 0;
  const dangers = regions.every(isKnown) ? [] : ['unknown features'];
  const metadata = regions.find(({ id }) => id === METADATA_REGION);
  if (metadata === undefined) return damaged(dangers);
  return yield* metadataAt(Number(metadata.view.getBigUint64(16, true)), dangers);
}

function* metadataAt(regionOffset: number, dangers: readonly string[]): Wanting<Finding> {
  const items = yield* entriesAt(regionOffset, 'metadata', 'metadata');
  const size = items.find(({ id }) => id === VIRTUAL_DISK_SIZE);
  const parameters = items.find(({ id }) => id === FILE_PARAMETERS);
  if (size === undefined || parameters === undefined) return damaged(dangers);
  const places = [size, parameters].map(({ view }) => view.getUint32(16, true));
  const start = Math.min(...places);
  const length = Math.max(...places) + 8 - start;
  const values = length > MAX_REGION_BYTES ? null : yield { offset: regionOffset + start, length };
  if (values === null) return damaged(dangers);
  const [sizeAt = 0, parametersAt = 0] = places.map((place) => place - start);
  const hasParent =
    (values.getUint32(parametersAt + 4, true) & HAS_PARENT) !== 0 ||
    items.some(({ id }) => id === PARENT_LOCATOR);
  return {
    format: 'vhdx',
    virtualSize: plausibleSize(values.getBigUint64(sizeAt, true)),
    dangers: hasParent ? [...dangers, 'a parent disk'] : dangers,
  };
}

/** Both tables: a signature, a count, then entries that begin with a GUID. Nothing when it is malformed. */
function* entriesAt(
  offset: number,
  signature: string,
  kind: keyof typeof TABLE_HEADER_BYTES,
): Wanting<readonly Entry[]> {
  const headerBytes = TABLE_HEADER_BYTES[kind];
  const header = yield { offset, length: headerBytes };
  if (header === null || ascii(header, 0, signature.length) !== signature) return [];
  const count = kind === 'regions' ? header.getUint32(8, true) : header.getUint16(10, true);
  if (count === 0 || count > MAX_ENTRIES) return [];
  const table = yield { offset: offset + headerBytes, length: count * ENTRY_BYTES };
  if (table === null) return [];
  return Array.from({ length: count }, (_, index) => {
    const view = new DataView(table.buffer, table.byteOffset + index * ENTRY_BYTES, ENTRY_BYTES);
    return { id: guid(view), view };
  });
}

function damaged(dangers: readonly string[]): Finding {
  return { format: 'vhdx', virtualSize: null, dangers };
}

/** The first three groups are little-endian numbers, the rest is bytes. */
function guid(view: DataView): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const bytes = Array.from({ length: 8 }, (_, index) => hex(view.getUint8(8 + index), 2)).join('');
  return [
    hex(view.getUint32(0, true), 8),
    hex(view.getUint16(4, true), 4),
    hex(view.getUint16(6, true), 4),
    bytes.slice(0, 4),
    bytes.slice(4),
  ].join('-');
}
