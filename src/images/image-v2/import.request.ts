import { InvalidRequest } from '../../kernel/errors.js';
import type { ImportImageCommand } from '../application/imports/import-image.js';
import type { NamedRemoteImage } from '../domain/remote-image.js';

type ParsedImport = Omit<ImportImageCommand, 'imageId' | 'requestId' | 'headerStoreId' | 'token'>;

const MAX_STORES = 100;
const REMOTE_FIELDS = {
  region: 'glance_region',
  imageId: 'glance_image_id',
  serviceInterface: 'glance_service_interface',
} as const;
type JsonObject = Readonly<Record<string, unknown>>;

/** Body of `POST /v2/images/{id}/import` → command (image-v2 2.9). @throws InvalidRequest */
export function parseImport(body: unknown): ParsedImport {
  const { method, stores, ...flags } = requireObject(body, 'The request body');
  const fields = requireObject(method, 'The field method');
  const { name, uri } = fields;
  if (typeof name !== 'string') throw new InvalidRequest('The field method.name must be a string.');
  const storeIds = stores === undefined ? null : requireStores(stores);
  const allStores = optionalFlag(flags, 'all_stores');
  const mustAllSucceed = optionalFlag(flags, 'all_stores_must_succeed');
  const request = {
    method: { name, ...textsIn(fields, ['uri', ...Object.values(REMOTE_FIELDS)]) },
    ...(storeIds !== null && { stores: storeIds }),
    ...(allStores !== null && { all_stores: allStores }),
    ...(mustAllSucceed !== null && { all_stores_must_succeed: mustAllSucceed }),
  };
  return {
    type: 'api_image_import',
    methodName: name,
    uri: readUri(uri),
    remote: readRemote(fields),
    storeIds,
    allStores,
    mustAllSucceed,
    input: { import_req: request },
  };
}

/** What is no text is as good as absent: the state of the image is judged first. */
const readRemote = (fields: JsonObject): NamedRemoteImage => ({
  region: textOrNull(fields[REMOTE_FIELDS.region]),
  imageId: textOrNull(fields[REMOTE_FIELDS.imageId]),
  serviceInterface: textOrNull(fields[REMOTE_FIELDS.serviceInterface]),
});

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const textsIn = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => names.includes(name) && typeof value === 'string',
    ),
  );

/** Clients in Go send an empty one for methods without (gophercloud); the method says whether it needs it. */
function readUri(uri: unknown): string | null {
  return uri === undefined || uri === '' ? null : requireText(uri, 'method.uri');
}

/** @throws InvalidRequest */
export function requireObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new InvalidRequest(`${what} must be a JSON object.`);
}

/** @throws InvalidRequest */
export function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidRequest(`The field ${name} must be a string that is not empty.`);
}

function requireStores(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length <= MAX_STORES) {
    return value.map((storeId) => requireText(storeId, 'stores'));
  }
  throw new InvalidRequest(`The field stores must be a list of at most ${MAX_STORES} stores.`);
}

function optionalFlag(flags: JsonObject, name: string): boolean | null {
  const value = flags[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw new InvalidRequest(`The field ${name} must be true or false.`);
}
