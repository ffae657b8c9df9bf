import type { EditableAttribute } from '../domain/image-change.js';

/** Image API names of what an owner may edit. */
export const WRITABLE_ATTRIBUTES = {
  name: 'name',
  owner: 'owner',
  visibility: 'visibility',
  protected: 'isProtected',
  os_hidden: 'isHidden',
  disk_format: 'diskFormat',
  container_format: 'containerFormat',
  min_disk: 'minDisk',
  min_ram: 'minRam',
  tags: 'tags',
} as const satisfies Record<string, EditableAttribute>;

export type WritableName = keyof typeof WRITABLE_ATTRIBUTES;

export const isWritable = (name: string): name is WritableName =>
  Object.hasOwn(WRITABLE_ATTRIBUTES, name);

/** Fields that only the representation has: computed, never stored. */
export const COMPUTED_ATTRIBUTES = ['direct_url', 'self', 'file', 'schema', 'stores'] as const;

/** Fields that the service sets. */
export const SERVICE_ATTRIBUTES = [
  'status',
  'created_at',
  'updated_at',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'size',
  'virtual_size',
] as const;

/** May be given when an image is created, never changed afterwards. */
export const ID_ATTRIBUTE = 'id';

export const LOCATIONS_ATTRIBUTE = 'locations';

const READ_ONLY = new Set<string>([ID_ATTRIBUTE, ...COMPUTED_ATTRIBUTES, ...SERVICE_ATTRIBUTES]);

export const isReadOnly = (name: string): boolean => READ_ONLY.has(name);

/** Every name that is not an additional property. */
export const isBaseAttribute = (name: string): boolean =>
  isWritable(name) || isReadOnly(name) || name === LOCATIONS_ATTRIBUTE;
