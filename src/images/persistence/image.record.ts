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

/** Every column that a write sets, with its type. */
export const toColumns = (
  image: ImageAttributes,
): readonly (readonly [name: string, value: unknown, type: string])[] => [
  ['id', image.id, 'uuid'],
  ['owner', image.owner, 'varchar'],
  ['name', image.name, 'varchar'],
  ['status', image.status, 'varchar'],
  ['visibility', image.visibility, 'varchar'],
  ['protected', image.isProtected, 'boolean'],
  ['os_hidden', image.isHidden, 'boolean'],
  ['disk_format', image.diskFormat, 'varchar'],
  ['container_format', image.containerFormat, 'varchar'],
  ['size', image.size, 'bigint'],
  ['virtual_size', image.virtualSize, 'bigint'],
  ['checksum', image.checksum, 'varchar'],
  ['os_hash_algo', image.hashAlgorithm, 'varchar'],
  ['os_hash_value', image.hashValue, 'varchar'],
  ['min_disk', image.minDisk, 'integer'],
  ['min_ram', image.minRam, 'integer'],
  ['tags', image.tags, 'text[]'],
  ['properties', JSON.stringify(image.properties), 'jsonb'],
  ['version', image.version, 'integer'],
  ['created_at', image.createdAt, 'timestamptz'],
  ['updated_at', image.updatedAt, 'timestamptz'],
];
