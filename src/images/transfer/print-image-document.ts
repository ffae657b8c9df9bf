import { MEMBER_NAMES, type DocumentMember } from './image-document.js';
import type { ImageAttributes } from '../domain/image.js';

/**
 * One image as one line of JSON, without the line's end: the inverse of `parseImageDocument`. Sizes are exact
 * integers; the order of the names is fixed, so that equal images give equal lines.
 */
export function printImageDocument(
  image: ImageAttributes,
  members: readonly DocumentMember[],
): string {
  const what = JSON.stringify({
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    owner: image.owner,
    protected: image.isProtected,
    os_hidden: image.isHidden,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
  });
  // JSON.stringify knows no integers beyond 2^53.
  const sizes = `"size":${image.size ?? 'null'},"virtual_size":${image.virtualSize ?? 'null'}`;
  const rest = JSON.stringify({
    checksum: image.checksum,
    os_hash_algo: image.hashAlgorithm,
    os_hash_value: image.hashValue,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    tags: image.tags,
    created_at: formatInstant(image.createdAt),
    updated_at: formatInstant(image.updatedAt),
    ...image.properties,
    [memberName(image)]: members.map(printMember),
  });
  return `${what.slice(0, -1)},${sizes},${rest.slice(1)}`;
}

/** Whole seconds as the Image API writes them, else with milliseconds: nothing of the instant is lost. */
const formatInstant = (instant: Date): string => instant.toISOString().replace('.000Z', 'Z');

const memberName = (image: ImageAttributes): string =>
  Object.hasOwn(image.properties, MEMBER_NAMES[0]) ? MEMBER_NAMES[1] : MEMBER_NAMES[0];

const printMember = ({ memberId, status, createdAt, updatedAt }: DocumentMember) => ({
  member_id: memberId,
  status,
  created_at: createdAt && formatInstant(createdAt),
  updated_at: updatedAt && formatInstant(updatedAt),
});
