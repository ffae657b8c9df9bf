import { Conflict, DomainError, Forbidden, InvalidRequest, quote } from '../../kernel/errors.js';
import { FormatsUnset, LastLocation } from './image-data.errors.js';
import type { ImageAttributes } from './image-attributes.js';

/** One copy of the data of an image, as its representation shows it. */
export interface LocatedData {
  /** Without credentials. */
  readonly url: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What the caller says about bytes that the service has not read (image-v2 2.6). */
export interface ValidationData {
  readonly hashAlgorithm: string;
  /** Hexadecimal. */
  readonly hashValue: string;
  /** MD5, hexadecimal. */
  readonly checksum: string | null;
}

export interface NewLocation extends LocatedData {
  readonly validation: ValidationData | null;
}

/** One edit of the list of locations. An index of null is behind the last one, or the last one to remove. */
export type LocationChange =
  | { readonly kind: 'add-location'; readonly index: number | null; readonly location: NewLocation }
  | { readonly kind: 'replace-locations'; readonly locations: readonly NewLocation[] }
  | { readonly kind: 'remove-location'; readonly index: number | null };

const LOCATION_CHANGES: ReadonlySet<string> = new Set<LocationChange['kind']>([
  'add-location',
  'replace-locations',
  'remove-location',
]);

export const isLocationChange = (change: { readonly kind: string }): change is LocationChange =>
  LOCATION_CHANGES.has(change.kind);

/** An image and where its data is, while changes are applied one after the other. */
export interface LocatedImage {
  readonly attributes: ImageAttributes;
  readonly locations: readonly LocatedData[];
}

export interface LocationRules {
  /** Most locations of an image; negative is unlimited. */
  readonly quota: number;
  /** Which `os_hash_algo` new images have. */
  readonly hashAlgorithm: string;
  /** Removing a copy is for admins (image-v2 5.4). */
  readonly mayRemove: boolean;
  /** Bytes at a URL. */
  readonly sizeOf: (url: string) => bigint;
}

/** What lies at a location is not what its validation data says. */
export class LocationDataDiffers extends Conflict {
  constructor(hashAlgorithm: string) {
    super(`The data at the location has another ${hashAlgorithm} than was said.`);
  }
}

/** Locations change on images that have no data yet or have it, never while some is on its way. */
export class LocationConflict extends Conflict {
  constructor(status: string) {
    super(`Locations cannot be changed while the image is ${status}.`);
  }
}

/** What is said about the bytes contradicts what is known, or may not be said. */
export class ValidationDataRefused extends Conflict {}

export class LocationQuotaExceeded extends DomainError {
  constructor(quota: number) {
    super('over-quota', 'location-quota', `An image may have at most ${quota} locations.`);
  }
}

/** The image after one change. @throws what image-v2 2.6 lists; nothing is changed then */
export function applyLocationChange(
  image: LocatedImage,
  change: LocationChange,
  rules: LocationRules,
): LocatedImage {
  const { status } = image.attributes;
  if (status !== 'active' && !(status === 'queued' && change.kind !== 'remove-location')) {
    throw new LocationConflict(status);
  }
  switch (change.kind) {
    case 'add-location':
      return withLocation(image, change.location, change.index, rules);
    case 'replace-locations':
      return withLocations(image, change.locations, rules);
    case 'remove-location':
      return withoutLocation(image, change.index, rules);
  }
}

function withLocation(
  { attributes, locations }: LocatedImage,
  { validation, ...location }: NewLocation,
  index: number | null,
  rules: LocationRules,
): LocatedImage {
  const position = requirePosition(index ?? locations.length, locations.length);
  if (locations.some((other) => isSame(other, location))) {
    throw new InvalidRequest('The image has this location already.');
  }
  if (rules.quota >= 0 && locations.length >= rules.quota) {
    throw new LocationQuotaExceeded(rules.quota);
  }
  const { diskFormat, containerFormat } = attributes;
  if (diskFormat === null || containerFormat === null) throw new FormatsUnset();
  const size = rules.sizeOf(location.url);
  if (attributes.status === 'active' && attributes.size !== size) {
    throw new ValidationDataRefused('The data there has another size than the image.');
  }
  const findings = validation === null ? {} : checked(validation, attributes, rules);
  return {
    attributes: { ...attributes, ...findings, size, status: 'active' },
    locations: locations.toSpliced(position, 0, location),
  };
}

const HASH_LENGTHS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  'sha3-512': 128,
  blake2b512: 128,
};

/** Could the value be of this algorithm? Hexadecimal and as long. */
export const isDigest = (hashAlgorithm: string, hashValue: string): boolean =>
  hashValue.length === HASH_LENGTHS[hashAlgorithm] && /^[0-9a-f]+$/i.test(hashValue);

/** Bytes of an active image never change, so nothing new may be said of them (S-30). */
function checked(
  { hashAlgorithm, hashValue, checksum }: ValidationData,
  known: ImageAttributes,
  rules: LocationRules,
): Pick<ImageAttributes, 'hashAlgorithm' | 'hashValue' | 'checksum'> {
  if (known.status === 'queued') {
    const isFit = hashAlgorithm === rules.hashAlgorithm && isDigest(hashAlgorithm, hashValue);
    if (isFit) return { hashAlgorithm, hashValue: hashValue.toLowerCase(), checksum };
    throw new ValidationDataRefused(`The hash must be a hexadecimal ${rules.hashAlgorithm}.`);
  }
  const agrees =
    hashAlgorithm === known.hashAlgorithm &&
    hashValue.toLowerCase() === known.hashValue &&
    (checksum === null || checksum === known.checksum);
  if (!agrees) throw new ValidationDataRefused('The image has other hashes.');
  return {
    hashAlgorithm: known.hashAlgorithm,
    hashValue: known.hashValue,
    checksum: known.checksum,
  };
}

/** Where there are locations, only their order and metadata may differ. */
function withLocations(
  image: LocatedImage,
  wanted: readonly NewLocation[],
  rules: LocationRules,
): LocatedImage {
  if (wanted.length === 0) throw new Forbidden('The locations of an image cannot be emptied.');
  if (image.locations.length === 0) {
    return wanted.reduce((next, location) => withLocation(next, location, null, rules), image);
  }
  const urls = (list: readonly LocatedData[]) =>
    JSON.stringify(list.map(({ url }) => url).toSorted());
  if (urls(wanted) !== urls(image.locations)) {
    throw new InvalidRequest('Replacing locations may change their metadata and nothing else.');
  }
  for (const { validation } of wanted) {
    if (validation !== null) checked(validation, image.attributes, rules);
  }
  return { ...image, locations: wanted.map(({ url, metadata }) => ({ url, metadata })) };
}

function withoutLocation(
  image: LocatedImage,
  index: number | null,
  { mayRemove }: LocationRules,
): LocatedImage {
  const { locations } = image;
  if (!mayRemove) throw new Forbidden('Only an admin may remove a location.');
  const position = requirePosition(index ?? locations.length - 1, locations.length - 1);
  if (locations.length === 1) throw new LastLocation();
  return { ...image, locations: locations.toSpliced(position, 1) };
}

function requirePosition(index: number, last: number): number {
  if (index >= 0 && index <= last) return index;
  throw new InvalidRequest(`There is no location ${quote(String(index))}.`);
}

const isSame = (a: LocatedData, b: LocatedData): boolean =>
  a.url === b.url && canonical(a.metadata) === canonical(b.metadata);

const canonical = (metadata: LocatedData['metadata']): string =>
  JSON.stringify(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)));
