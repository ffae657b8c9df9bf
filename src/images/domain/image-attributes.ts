import type { Principal } from '../../kernel/principal.js';
import type { PropertyProtection } from './property-protection.js';
import type { EditableAttributes } from './image-change.js';
import type { ImageProperties } from './image-properties.js';
import type { ImageStatus } from './image-status.js';

/** What the service, not the owner, decides. */
interface ServiceAttributes {
  readonly id: string;
  readonly status: ImageStatus;
  /** Bytes; null while there is no data. */
  readonly size: bigint | null;
  /** Bytes that a guest sees. */
  readonly virtualSize: bigint | null;
  /** MD5, hexadecimal. */
  readonly checksum: string | null;
  readonly hashAlgorithm: string | null;
  readonly hashValue: string | null;
  readonly properties: ImageProperties;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts writes: the compare-and-set token. */
  readonly version: number;
}

export type ImageAttributes = ServiceAttributes & EditableAttributes;

/** Numbers of things per image; negative is unlimited. */
export interface ImageLimits {
  readonly propertyQuota: number;
  readonly tagQuota: number;
  readonly memberQuota: number;
  readonly imageCountQuota: number;
}

/** Who changes an image, when, and what the operator decided about changes. */
export interface ChangeContext {
  readonly principal: Principal;
  readonly limits: ImageLimits;
  readonly protection: PropertyProtection;
  /** The operator's definition of a property judges its value. @throws InvalidRequest */
  readonly checkProperty: (name: string, value: string | null) => void;
  readonly now: Date;
}
