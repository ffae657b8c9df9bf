import { InvalidRequest } from '../../kernel/errors.js';
import type { MemberStatus } from '../domain/image-access.js';
import type { ImageAttributes } from '../domain/image.js';

/** A tenant that an image is shared with. Dates are null where a document does not state them. */
export interface DocumentMember {
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/**
 * What a document says about an image: the Image API's own JSON with the members beside it. What it does
 * not state has the API's default, except the dates and the members, which are null.
 */
export interface ImageDocument extends Omit<
  ImageAttributes,
  'version' | 'createdAt' | 'updatedAt'
> {
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  readonly members: readonly DocumentMember[] | null;
}

/** A document cannot be loaded; the message says why. */
export class InvalidDocument extends InvalidRequest {}

/** Names of what every image has; all others are names of properties. */
export const BASE_NAMES: ReadonlySet<string> = new Set([
  'id',
  'name',
  'status',
  'visibility',
  'owner',
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
  'created_at',
  'updated_at',
]);

/** Names of a document that say where the image or its data is, not what it is. */
export const IGNORED_NAMES: ReadonlySet<string> = new Set([
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'stores',
]);

/**
 * The names under which members may stand. The second is for images with a property called `members`; no
 * property that the API accepts begins with its prefix.
 */
export const MEMBER_NAMES = ['members', 'os_glance_members'] as const;
