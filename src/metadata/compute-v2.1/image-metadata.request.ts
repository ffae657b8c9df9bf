import type { SentBody } from '../../api/compute-v2.1/request-body.js';
import { InvalidRequest, NotFound, quote } from '../../kernel/errors.js';
import { INTERNAL_PREFIX, codePoints, type ImageChange } from '../../images/index.js';

/** Metadata as it was sent: checked, in the order of the body. */
export type Metadata = Readonly<Record<string, string>>;

const KEY = /^[a-zA-Z0-9_:. -]{1,255}$/;
const MAX_VALUE_LENGTH = 255;

/** Fields of the image itself in the Image API: never metadata (compute-v2.1 6.1 and 8.4). */
const BASE_ATTRIBUTES = new Set(
  (
    'id name status size virtual_size min_ram min_disk created_at updated_at deleted deleted_at ' +
    'checksum os_hash_algo os_hash_value os_hidden owner visibility protected tags ' +
    'container_format disk_format file self schema stores locations direct_url'
  ).split(' '),
);

/** Names that Nova's clients set to `none` when they mean nothing; such values are not written (8.4). */
const KERNEL_KEYS = new Set(['kernel_id', 'ramdisk_id']);

export class MetadataKeyUnknown extends NotFound {
  constructor(key: string) {
    super(`The image has no metadata key ${quote(key)}.`);
  }
}

/** Body of R10 and R11: `{"metadata": {...}}`. @throws InvalidRequest */
export function parseMetadata(body: SentBody): Metadata {
  return checked(onlyMember(body, 'metadata'));
}

/** Body of R13: `{"meta": {key: value}}` for the key in the path. @throws like {@link parseMetadata} */
export function parseMetadataItem(body: SentBody, key: string): Metadata {
  const item = checked(onlyMember(body, 'meta'));
  const keys = Object.keys(item);
  if (keys.length !== 1) throw new InvalidRequest("'meta' must have exactly one entry.");
  if (keys[0] !== key) {
    throw new InvalidRequest(`The entry of 'meta' must have the key of the path, ${quote(key)}.`);
  }
  return item;
}

/** The edit that sets these keys and keeps the others. One that sets none still moves `updated`. */
export function mergeChanges(metadata: Metadata): ImageChange[] {
  const changes = Object.entries(writable(metadata)).map(([name, value]): ImageChange => ({
    kind: 'set-property',
    name,
    value,
  }));
  return changes.length > 0 ? changes : [{ kind: 'set-attributes', values: {} }];
}

/** The edit after which these keys are all there is. */
export const replaceChanges = (metadata: Metadata): ImageChange[] => [
  { kind: 'replace-properties', properties: writable(metadata) },
];

/** The edit of R14. @throws MetadataKeyUnknown for the service's own properties, which nobody sees */
export function removeChanges(key: string): ImageChange[] {
  if (key.startsWith(INTERNAL_PREFIX)) throw new MetadataKeyUnknown(key);
  return [{ kind: 'remove-property', name: key }];
}

function onlyMember(body: SentBody, name: string): object {
  const document = objectOrNull(body.document);
  const member =
    document !== null && Object.hasOwn(document, name)
      ? objectOrNull((document as Record<string, unknown>)[name])
      : null;
  if (document === null || member === null) {
    throw new InvalidRequest(`The request body must be {"${name}": {...}}.`);
  }
  if (!body.isLenient && Object.keys(document).length > 1) {
    throw new InvalidRequest(`The request body must have no other key than '${name}'.`);
  }
  return member;
}

function checked(metadata: object): Metadata {
  const entries = Object.entries(metadata).map(([key, value]: [string, unknown]) => {
    checkKey(key);
    if (typeof value !== 'string' || codePoints(value) > MAX_VALUE_LENGTH) {
      throw new InvalidRequest(
        `The value of ${quote(key)} must be a string of at most ${MAX_VALUE_LENGTH} characters.`,
      );
    }
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

function checkKey(key: string): void {
  if (!KEY.test(key)) {
    throw new InvalidRequest(
      `${quote(key)} is no metadata key: use 1 to 255 letters, digits, blanks and _ : . -`,
    );
  }
  if (BASE_ATTRIBUTES.has(key)) {
    throw new InvalidRequest(`${quote(key)} is an attribute of the image, not metadata.`);
  }
}

function writable(metadata: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(
      ([key, value]) => !KERNEL_KEYS.has(key) || !/^\s*(none)?\s*$/i.test(value),
    ),
  );
}

const objectOrNull = (value: unknown): object | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
