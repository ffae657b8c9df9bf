import { InvalidRequest, quote } from '../../kernel/errors.js';
import { PropertyNameReserved } from './image.errors.js';

/** Additional properties of an image: any name, string values; null only where an operator's schema allows it. */
export type ImageProperties = Readonly<Record<string, string | null>>;

const texts = new WeakMap<object, string>();

/** An image's attributes with properties that are still JSON text: parsed when somebody looks at them. */
export function withPropertiesText<T extends object>(
  others: T,
  json: string,
): T & { readonly properties: ImageProperties } {
  let parsed: ImageProperties | undefined;
  const attributes = {
    ...others,
    get properties(): ImageProperties {
      return (parsed ??= JSON.parse(json) as ImageProperties);
    },
  };
  texts.set(attributes, json);
  return attributes;
}

/**
 * The properties as JSON text, unparsed if that is how they came. The text belongs to these very attributes: what
 * was changed, or filtered for the caller, is a new object and prints what it holds.
 */
export const propertiesText = (attributes: { readonly properties: ImageProperties }): string =>
  texts.get(attributes) ?? JSON.stringify(attributes.properties);

/** In code points (image-v2 3.2). */
export const MAX_PROPERTY_NAME_LENGTH = 255;
/** In code points (S-49). */
export const MAX_PROPERTY_VALUE_LENGTH = 65_535;

/** Names that belong to the service itself, whether or not an image has such a field (image-v2 3.2). */
const RESERVED_NAMES = new Set(['location', 'deleted', 'deleted_at']);
export const INTERNAL_PREFIX = 'os_glance';

/** @throws PropertyNameReserved for the service's own names */
export function refuseReservedPropertyName(name: string): void {
  if (RESERVED_NAMES.has(name) || name.startsWith(INTERNAL_PREFIX)) {
    throw new PropertyNameReserved(name);
  }
}

/** @throws PropertyNameReserved; InvalidRequest when a name or value is too long, or the name is empty */
export function requireProperty(name: string, value: string | null): void {
  refuseReservedPropertyName(name);
  if (name === '' || codePoints(name) > MAX_PROPERTY_NAME_LENGTH) {
    throw new InvalidRequest(
      `A property name must have 1 to ${MAX_PROPERTY_NAME_LENGTH} characters: ${quote(name)}.`,
    );
  }
  if (value !== null && codePoints(value) > MAX_PROPERTY_VALUE_LENGTH) {
    throw new InvalidRequest(
      `The value of property ${quote(name)} is longer than ${MAX_PROPERTY_VALUE_LENGTH} characters.`,
    );
  }
}

/** Is the property part of the quota? Progress properties of the service are not. */
export const countsTowardsQuota = (name: string): boolean => !name.startsWith(INTERNAL_PREFIX);

/** Characters as users count them for limits; a surrogate pair is one. */
export function codePoints(text: string): number {
  return text.length < MAX_PROPERTY_NAME_LENGTH ? text.length : [...text].length;
}
