import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 8;
const KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/**
 * A fresh key under which one attempt to store an image's data is written (S-53): the image's id, so that an
 * operator can tell whose bytes they are, and a random part, so that two attempts never meet.
 */
export function newImageDataKey(imageId: string): string {
  return `${imageId}.${randomBytes(RANDOM_BYTES).toString('hex')}`;
}

/** Whether a store may use the text as a name: no separators, no parent directories, nothing hidden. */
export function isImageDataKey(text: string): boolean {
  return KEY.test(text) && !text.includes('..');
}
