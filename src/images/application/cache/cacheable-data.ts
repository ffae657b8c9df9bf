import type { Image } from '../../domain/image.js';
import type { CacheableData } from '../ports/image-cache.js';

/** @returns null for an image without data, with none at all, or whose bytes could not be verified */
export function cacheableData(image: Image): CacheableData | null {
  const { id, size, checksum, hashAlgorithm, hashValue } = image.attributes;
  const isKnown = checksum !== null && hashAlgorithm !== null && hashValue !== null;
  if (!image.hasData || !isKnown || size === null || size === 0n) return null;
  return { imageId: id, size, checksum, hashAlgorithm, hashValue };
}
