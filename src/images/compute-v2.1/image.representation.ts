import type { ComputeView } from '../../api/compute-v2.1/compute-view.js';
import { exactInteger, type JsonObject, type JsonValue } from '../../api/compute-v2.1/json-text.js';
import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { ImageProperties } from '../domain/image-properties.js';
import type { ImageStatus } from '../domain/image-status.js';
import type { Image } from '../domain/image.js';
import { toComputeMetadata } from './image-metadata.representation.js';

export type ComputeStatus = 'ACTIVE' | 'SAVING' | 'ERROR' | 'DELETED' | 'UNKNOWN';

/** compute-v2.1 6.2. */
export const COMPUTE_STATUS = {
  queued: 'SAVING',
  saving: 'SAVING',
  uploading: 'UNKNOWN',
  importing: 'UNKNOWN',
  active: 'ACTIVE',
  deactivated: 'UNKNOWN',
  killed: 'ERROR',
} as const satisfies Record<ImageStatus, ComputeStatus>;

/** Percent; invented from the status, as Nova does (6.2). */
const PROGRESS = {
  queued: 25,
  saving: 50,
  uploading: 0,
  importing: 0,
  active: 100,
  deactivated: 0,
  killed: 0,
} as const satisfies Record<ImageStatus, number>;

/** The detailed object of show and detail (6.1). */
export function toComputeImage({ attributes: image }: Image, view: ComputeView): JsonObject {
  const { profile, links } = view;
  return {
    id: image.id,
    name: image.name,
    status: COMPUTE_STATUS[image.status],
    progress: PROGRESS[image.status],
    minRam: image.minRam,
    minDisk: image.minDisk,
    created: toIsoSeconds(image.createdAt),
    updated: toIsoSeconds(image.updatedAt),
    'OS-EXT-IMG-SIZE:size': sizeIn(profile, image.size ?? 0n),
    'OS-DCF:diskConfig': profile === 'current' ? diskConfig(image.properties) : undefined,
    server: serverBlock(image.properties, links),
    links: links.image(image.id),
    metadata: toComputeMetadata(image.properties),
  };
}

/** The item of a plain list. */
export const toComputeSummary = ({ attributes: { id, name } }: Image, view: ComputeView) => ({
  id,
  name,
  links: view.links.image(id),
});

/** The published page shows the digits as a string, the API of today an integer (section 1). */
const sizeIn = (profile: ComputeView['profile'], size: bigint): JsonValue =>
  profile === 'published' ? size.toString() : exactInteger(size);

const AUTO = new Set(['1', 't', 'true', 'on', 'y', 'yes']);

/** 8.3: AUTO for what reads as true, MANUAL for everything else that is set. */
function diskConfig(properties: ImageProperties): 'AUTO' | 'MANUAL' | undefined {
  const value = propertyOf(properties, 'auto_disk_config');
  if (value === null) return undefined;
  return AUTO.has(value.trim().toLowerCase()) ? 'AUTO' : 'MANUAL';
}

/** 7.3: the server that the image is a snapshot of. */
function serverBlock(
  properties: ImageProperties,
  links: ComputeView['links'],
): JsonObject | undefined {
  const id = propertyOf(properties, 'instance_uuid');
  return id === null ? undefined : { id, links: links.server(id) };
}

const propertyOf = (properties: ImageProperties, name: string): string | null =>
  Object.hasOwn(properties, name) ? (properties[name] ?? null) : null;
