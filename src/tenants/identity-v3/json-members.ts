import { InvalidRequest } from '../../kernel/errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads typed members out of JSON of unknown shape; every refusal names the member by its path. */

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws InvalidRequest when the value is no JSON object */
export function asObject(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw new InvalidRequest(`'${path}' is required and must be an object.`);
  return value;
}

/** @throws InvalidRequest when the member is missing, no string, or longer than `maxLength` characters */
export function textMember(parent: JsonObject, path: string, maxLength: number): string {
  const value = optionalTextMember(parent, path, maxLength);
  if (value === undefined) throw new InvalidRequest(`'${path}' is required and must be a string.`);
  return value;
}

/** As {@link textMember}; undefined when the member is missing or null. The last step of the path is its name. */
export function optionalTextMember(
  parent: JsonObject,
  path: string,
  maxLength: number,
): string | undefined {
  const value = parent[path.slice(path.lastIndexOf('.') + 1)];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new InvalidRequest(`'${path}' must be a string.`);
  if (value.length > maxLength) {
    throw new InvalidRequest(`'${path}' must not be longer than ${maxLength} characters.`);
  }
  return value;
}
