import { InvalidRequest, quote } from '../../kernel/errors.js';
import { normalizeImageId } from './image-id.js';

/** An image of another region, as a request names it; null is not said. */
export interface NamedRemoteImage {
  readonly region: string | null;
  readonly imageId: string | null;
  readonly serviceInterface: string | null;
}

export interface RemoteAddress {
  readonly region: string;
  /** Which of the region's endpoints: `public`, `internal` or `admin`. */
  readonly serviceInterface: string;
  readonly imageId: string;
}

/** What the other region says about an image with data, and an import takes over or compares. */
export interface RemoteImage {
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly sizeBytes: number;
  /** MD5, hexadecimal. */
  readonly checksum: string | null;
  readonly hashAlgorithm: string | null;
  readonly hashValue: string | null;
  /** Those that the operator lets pass. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What was found when the import was asked for: the image, or why it cannot be imported, as a public sentence. */
export type RemoteSource =
  { readonly address: RemoteAddress; readonly image: RemoteImage } | { readonly refusal: string };

/** @throws InvalidRequest in the words that clients look for (image-v2 2.9) */
export function remoteAddressOf(named: NamedRemoteImage): RemoteAddress {
  const { region, imageId, serviceInterface } = named;
  if (region === null) {
    throw new InvalidRequest('The method glance-download needs the field glance_region.');
  }
  if (imageId === null) {
    throw new InvalidRequest('The method glance-download needs the field glance_image_id.');
  }
  const id = normalizeImageId(imageId);
  if (id === null) {
    throw new InvalidRequest(`The remote image id does not look like a UUID: ${quote(imageId)}.`);
  }
  return { region, serviceInterface: serviceInterface ?? 'public', imageId: id };
}

type Hashes = Pick<RemoteImage, 'checksum' | 'hashAlgorithm' | 'hashValue'>;

/** Do the bytes have the hashes that were said? One of an algorithm that was not computed says nothing. */
export function hashesAgree(said: Hashes, found: Hashes): boolean {
  const isSameSum = said.checksum === null || said.checksum === found.checksum;
  const isComparable = said.hashValue !== null && said.hashAlgorithm === found.hashAlgorithm;
  return isSameSum && (!isComparable || said.hashValue === found.hashValue);
}
