import { InvalidRequest } from '../../kernel/errors.js';

/** U+0000, which PostgreSQL cannot hold, or half of a surrogate pair, which is not Unicode text. */
const UNSTORABLE = /\0|[\uD800-\uDFFF]/u;

export const isStorableText = (text: string): boolean => !UNSTORABLE.test(text);

/** The shared check of S-44 and S-45. @throws InvalidRequest */
export function refuseUnstorableText(text: string): void {
  if (!isStorableText(text)) {
    throw new InvalidRequest('Text must not contain U+0000 or unpaired surrogates.');
  }
}
