import { InvalidRequest, quote } from '../../kernel/errors.js';

/**
 * A JSON Pointer (RFC 6901) as the Image API narrows it: at least one token, none empty, each trimmed.
 * @throws InvalidRequest
 */
export function parsePointer(pointer: string): string[] {
  if (!pointer.startsWith('/')) throw malformed(pointer, 'it must begin with a slash');
  const tokens = pointer.slice(1).split('/');
  if (/~(?![01])/.test(pointer)) throw malformed(pointer, "'~' must be followed by 0 or 1");
  const decoded = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~').trim());
  if (decoded.includes('')) throw malformed(pointer, 'it has an empty segment');
  return decoded;
}

const malformed = (pointer: string, reason: string): InvalidRequest =>
  new InvalidRequest(`The path ${quote(pointer)} is malformed: ${reason}.`);
