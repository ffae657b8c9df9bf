import type { ImageAttributes } from '../domain/image.js';

/** The column of each attribute that lists filter or sort by. */
export const COLUMN_OF = {
  id: 'id',
  name: 'name',
  owner: 'owner',
  status: 'status',
  visibility: 'visibility',
  diskFormat: 'disk_format',
  containerFormat: 'container_format',
  checksum: 'checksum',
  hashAlgorithm: 'os_hash_algo',
  hashValue: 'os_hash_value',
  size: 'size',
  virtualSize: 'virtual_size',
  minDisk: 'min_disk',
  minRam: 'min_ram',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  isProtected: 'protected',
  isHidden: 'os_hidden',
} as const satisfies Partial<Record<keyof ImageAttributes, string>>;
