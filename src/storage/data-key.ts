import { isImageDataKey } from '../images/application/image-data-key.js';

/** Guards every driver's door (S-53): a key of another form is our own fault, whatever its origin. */
export function requireDataKey(key: string): void {
  if (!isImageDataKey(key)) throw new TypeError('Not a key of image data.');
}
