import type { StoreEntry } from '../application/ports/image-data-stores.js';

/** A store as the Image API lists it (2.14): flags are the text `true`, and absent otherwise. */
export function storeJson({ id, description, isDefault, isReadOnly }: StoreEntry) {
  return {
    id,
    ...(description !== null && { description }),
    ...(isDefault && { default: 'true' }),
    ...(isReadOnly && { 'read-only': 'true' }),
  };
}

export function storeWithDetailsJson(store: StoreEntry) {
  const { type, weight, properties } = store;
  return { ...storeJson(store), type, weight, properties };
}
