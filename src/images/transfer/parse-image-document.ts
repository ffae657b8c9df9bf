import { VISIBILITIES } from '../domain/image-access.js';
import { normalizeImageId } from '../domain/image-id.js';
import {
  INTERNAL_PREFIX,
  MAX_PROPERTY_NAME_LENGTH,
  refuseReservedPropertyName,
  type ImageProperties,
} from '../domain/image-properties.js';
import { IMAGE_STATUSES } from '../domain/image-status.js';
import { JsonMembers, requireText } from './json-members.js';
import {
  BASE_NAMES,
  IGNORED_NAMES,
  InvalidDocument,
  MEMBER_NAMES,
  type ImageDocument,
} from './image-document.js';
import { parseMembers } from './parse-members.js';

const DELETED_STATUSES: ReadonlySet<unknown> = new Set(['deleted', 'pending_delete']);

/**
 * Reads one document. Limits on the number and length of properties do not apply: what another catalog
 * holds is taken as it is.
 * @returns null when the document describes a deleted image
 * @throws InvalidDocument with the reason, when any part of it cannot be stored as it stands
 * @throws PropertyNameReserved
 */
export function parseImageDocument(text: string): ImageDocument | null {
  const members = JsonMembers.parse(text);
  if (DELETED_STATUSES.has(members.value('status'))) return null;
  const memberName = MEMBER_NAMES.find((name) => Array.isArray(members.value(name)));
  return {
    id: id(members),
    name: members.text('name', 255),
    owner: members.text('owner', 255),
    status: members.oneOf('status', IMAGE_STATUSES, 'queued'),
    visibility: members.oneOf('visibility', VISIBILITIES, 'shared'),
    isProtected: members.flag('protected'),
    isHidden: members.flag('os_hidden'),
    diskFormat: members.text('disk_format', 64),
    containerFormat: members.text('container_format', 64),
    size: members.bytes('size'),
    virtualSize: members.bytes('virtual_size'),
    checksum: members.text('checksum', 32),
    hashAlgorithm: members.text('os_hash_algo', 64),
    hashValue: members.text('os_hash_value', 128),
    minDisk: members.minimum('min_disk'),
    minRam: members.minimum('min_ram'),
    tags: members.textSet('tags', 255),
    properties: properties(members, memberName),
    createdAt: members.instant('created_at'),
    updatedAt: members.instant('updated_at'),
    members: memberName === undefined ? null : parseMembers(members.value(memberName)),
  };
}

function id(members: JsonMembers): string {
  const value = members.value('id');
  const found = typeof value === 'string' ? normalizeImageId(value) : null;
  if (found === null) throw new InvalidDocument("'id' must be a UUID");
  return found;
}

function properties(members: JsonMembers, memberName: string | undefined): ImageProperties {
  const names = members.names.filter(
    (name) => !BASE_NAMES.has(name) && !IGNORED_NAMES.has(name) && name !== memberName,
  );
  return Object.fromEntries(names.map((name) => [name, property(members, name)]));
}

function property(members: JsonMembers, name: string): string | null {
  if (name === '') throw new InvalidDocument('the name of a property is empty');
  requireText(name, () => 'the name of a property', MAX_PROPERTY_NAME_LENGTH);
  // Names that the service gave itself, such as the progress of an import, come from other catalogs as well.
  if (!name.startsWith(INTERNAL_PREFIX)) refuseReservedPropertyName(name);
  return members.text(name, Infinity);
}
