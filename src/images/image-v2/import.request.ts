import { InvalidRequest } from '../../kernel/errors.js';
import type { ImportImageCommand } from '../application/imports/import-image.js';

type ParsedImport = Omit<ImportImageCommand, 'imageId' | 'requestId' | 'headerStoreId'>;

const MAX_STORES = 100;
type JsonObject = Readonly<Record<string, unknown>>;

/** Body of `POST /v2/images/{id}/import` → command (image-v2 2.9). @throws InvalidRequest */
export function parseImport(body: unknown): ParsedImport {
  const { method, stores, ...flags } = requireObject(body, 'The request body');
  const { name, uri } = requireObject(method, 'The field method');
  if (typeof name !== 'string') throw new InvalidRequest('The field method.name must be a string.');
  const storeIds = stores === undefined ? null : requireStores(stores);
  const allStores = optionalFlag(flags, 'all_stores');
  const mustAllSucceed = optionalFlag(flags, 'all_stores_must_succeed');
  const request = {
    method: { name, ...(typeof uri === 'string' && { uri }) },
    ...(storeIds !== null && { stores: storeIds }),
    ...(allStores !== null && { all_stores: allStores }),
    ...(mustAllSucceed !== null && { all_stores_must_succeed: mustAllSucceed }),
  };
  return {
    type: 'api_image_import',
    methodName: name,
    uri: readUri(uri),
    storeIds,
    allStores: allStores ?? false,
    mustAllSucceed,
    input: { import_req: request },
  };
}

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
