import { withPropertiesText } from '../domain/image-properties.js';
import { Image, type ImageAttributes } from '../domain/image.js';

/** A row of `images` as the driver delivers it: column names, bigint sizes, dates, parsed JSON. */
export interface ImageRow {
  readonly id: string;
  readonly owner: string | null;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  readonly size: bigint | null;
  readonly virtual_size: bigint | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly tags: string[];
  /** Parsed, or the text of the JSON. */
  readonly properties: Record<string, string | null> | string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly version: number;
}

const COLUMNS = [
  'id',
  'owner',
  'name',
  'status',
  'visibility',
  'protected',
  'os_hidden',
  'disk_format',
  'container_format',
  'size',
  'virtual_size',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'min_disk',
  'min_ram',
  'tags',
  'properties',
  'created_at',
  'updated_at',
  'version',
] as const satisfies readonly (keyof ImageRow)[];

/** What every read of an image selects from `images i`. */
export const IMAGE_COLUMNS = columnsFrom({});

/** {@link IMAGE_COLUMNS} with what tells the version of the row. */
export const STAMPED_COLUMNS = `${IMAGE_COLUMNS}, i.xmin`;

type ColumnSource = Readonly<Partial<Record<string, string>>>;
const columnsBySource = new WeakMap<ColumnSource, string>();

/** {@link STAMPED_COLUMNS}, some of them from elsewhere. @param source is remembered: one object for each meaning */
export function stampedColumns(source: ColumnSource): string {
  const columns = columnsBySource.get(source) ?? `${columnsFrom(source)}, i.xmin`;
  columnsBySource.set(source, columns);
  return columns;
}

function columnsFrom(source: ColumnSource): string {
  return COLUMNS.map((column) => {
    const other = source[column];
    return other === undefined ? `i.${column}` : `${other} AS ${column}`;
  }).join(', ');
}

export function toImage(row: ImageRow): Image {
  const { properties } = row;
  return new Image(
    typeof properties === 'string'
      ? withPropertiesText(toOthers(row), properties)
      : { ...toOthers(row), properties },
  );
}

function toOthers(row: ImageRow): Omit<ImageAttributes, 'properties'> {
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    status: row.status as ImageAttributes['status'],
    visibility: row.visibility as ImageAttributes['visibility'],
    isProtected: row.protected,
    isHidden: row.os_hidden,
    diskFormat: row.disk_format,
    containerFormat: row.container_format,
    size: row.size,
    virtualSize: row.virtual_size,
    checksum: row.checksum,
    hashAlgorithm: row.os_hash_algo,
    hashValue: row.os_hash_value,
    minDisk: row.min_disk,
    minRam: row.min_ram,
    tags: row.tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

type Written = readonly [name: string, type: string, value: (image: ImageAttributes) => unknown];

const WRITTEN: readonly Written[] = [
  ['id', 'uuid', (image) => image.id],
  ['owner', 'varchar', (image) => image.owner],
  ['name', 'varchar', (image) => image.name],
  ['status', 'varchar', (image) => image.status],
  ['visibility', 'varchar', (image) => image.visibility],
  ['protected', 'boolean', (image) => image.isProtected],
  ['os_hidden', 'boolean', (image) => image.isHidden],
  ['disk_format', 'varchar', (image) => image.diskFormat],
  ['container_format', 'varchar', (image) => image.containerFormat],
  ['size', 'bigint', (image) => image.size],
  ['virtual_size', 'bigint', (image) => image.virtualSize],
  ['checksum', 'varchar', (image) => image.checksum],
  ['os_hash_algo', 'varchar', (image) => image.hashAlgorithm],
  ['os_hash_value', 'varchar', (image) => image.hashValue],
  ['min_disk', 'integer', (image) => image.minDisk],
  ['min_ram', 'integer', (image) => image.minRam],
  ['tags', 'text[]', (image) => image.tags],
  ['properties', 'jsonb', (image) => JSON.stringify(image.properties)],
  ['version', 'integer', (image) => image.version],
  ['created_at', 'timestamptz', (image) => image.createdAt],
  ['updated_at', 'timestamptz', (image) => image.updatedAt],
];

/** Every column that a write sets, in the order of {@link toWrittenValues}. */
export const WRITTEN_COLUMNS = WRITTEN.map(([name]) => name);
export const WRITTEN_TYPES = WRITTEN.map(([, type]) => type);

export const toWrittenValues = (image: ImageAttributes): unknown[] =>
  WRITTEN.map(([, , value]) => value(image));
