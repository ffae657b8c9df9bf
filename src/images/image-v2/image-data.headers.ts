import type { ImageData } from '../application/download-image-data.js';
import type { DataRange } from '../application/ports/image-data-store.js';
import type { ImageAttributes } from '../domain/image.js';

/** Data is written once, so its hash names its only state; null when none is known. */
export function dataTag({ hashValue, checksum }: ImageAttributes): string | null {
  const hash = hashValue ?? checksum;
  return hash === null ? null : `"${hash}"`;
}

/** `Content-MD5` is hexadecimal and of the whole data, also beside a part (image-v2 2.8). */
export function dataHeaders(
  { image, size }: ImageData,
  range: DataRange | null,
): Record<string, string> {
  const tag = dataTag(image);
  return {
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    ...(tag !== null && { ETag: tag }),
    ...(image.checksum !== null && { 'Content-MD5': image.checksum }),
    ...(range !== null && {
      'Content-Range': `bytes ${range.offset}-${range.offset + range.length - 1n}/${size}`,
    }),
  };
}
