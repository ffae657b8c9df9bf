import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { Profile } from '../../api/http/mount.js';
import type { Image, ImageAttributes } from '../domain/image.js';
import { propertiesText } from '../domain/image-properties.js';
import { NO_LOCATIONS, type PrintLocations } from './location-fields.js';

/**
 * The image entity of the Image API (section 3) as JSON text. Text, because sizes up to 2^63 - 1 are JSON
 * integers that no JavaScript number holds, and because printing happens once per image on the hottest path.
 *
 * @param locations further fields, from {@link PrintLocations}
 */
export function toImageJson(image: Image, profile: Profile, locations = ''): string {
  const print = profile === 'current' ? current : published;
  return print(image.attributes, locations);
}

function current(image: ImageAttributes, locations: string): string {
  return `{"id":"${image.id}","name":${text(image.name)},"status":"${image.status}",${commonFields(image)},\
"owner":${text(image.owner)},"disk_format":${text(image.diskFormat)},\
"container_format":${text(image.containerFormat)},"size":${image.size ?? 'null'},\
"virtual_size":${image.virtualSize ?? 'null'},"checksum":${text(image.checksum)},\
"os_hidden":${image.isHidden},"os_hash_algo":${text(image.hashAlgorithm)},\
"os_hash_value":${text(image.hashValue)}${locations}${propertyFields(image)}}`;
}

/** As the published page shows it: without later additions, and without what is null (section 3.1). */
function published(image: ImageAttributes, locations: string): string {
  const optional = [
    field('name', image.name),
    field('owner', image.owner),
    field('disk_format', image.diskFormat),
    field('container_format', image.containerFormat),
    field('checksum', image.checksum),
    image.size === null ? '' : `,"size":${image.size}`,
  ].join('');
  return `{"id":"${image.id}","status":"${image.status}",${commonFields(image)}${optional}${locations}${propertyFields(image)}}`;
}

function commonFields(image: ImageAttributes): string {
  return `"visibility":"${image.visibility}","protected":${image.isProtected},\
"min_disk":${image.minDisk},"min_ram":${image.minRam},"tags":${JSON.stringify(image.tags)},\
"created_at":"${toIsoSeconds(image.createdAt)}","updated_at":"${toIsoSeconds(image.updatedAt)}",\
"self":"/v2/images/${image.id}","file":"/v2/images/${image.id}/file","schema":"/v2/schemas/image"`;
}

/** Additional properties stand beside the base fields. */
function propertyFields(image: ImageAttributes): string {
  const json = propertiesText(image);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
}

const text = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value));

const field = (name: string, value: string | null): string =>
  value === null ? '' : `,"${name}":${JSON.stringify(value)}`;

export interface ImageListLinks {
  readonly first: string;
  readonly next: string | null;
}

interface PrintedPage {
  readonly links: ImageListLinks;
  json: string | Buffer;
}

/** Pages that were printed last. A page never changes, and lists that are asked for again are the same one (ADR 84). */
const printed = new WeakMap<readonly Image[], PrintedPage>();

/** @returns what has been asked for before as bytes, which are sent as they are, without being encoded each time */
export function toImageListJson(
  images: readonly Image[],
  links: ImageListLinks,
  profile: Profile,
  printLocations: PrintLocations,
): string | Buffer {
  const isPlain = profile === 'current' && printLocations === NO_LOCATIONS;
  const known = isPlain ? printed.get(images) : undefined;
  if (known?.links.first === links.first && known.links.next === links.next) {
    if (typeof known.json === 'string') known.json = Buffer.from(known.json);
    return known.json;
  }
  const items = images.map((image) => toImageJson(image, profile, printLocations(image))).join(',');
  const next = links.next === null ? '' : `,"next":${JSON.stringify(links.next)}`;
  const json = `{"images":[${items}],"first":${JSON.stringify(links.first)}${next},"schema":"/v2/schemas/images"}`;
  if (isPlain) printed.set(images, { links, json });
  return json;
}
