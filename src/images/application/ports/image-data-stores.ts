import type { ImageDataSource, ImageDataStore } from './image-data-store.js';

/** A configured store as discovery shows it and as use cases choose it. */
export interface StoreEntry {
  readonly id: string;
  /** The driver's name in the Image API: `file`, `s3`, `swift`, `azure`, `http` or `memory`. */
  readonly type: string;
  readonly description: string | null;
  readonly isDefault: boolean;
  /** By configuration or by kind: data is read from here, never written or deleted. */
  readonly isReadOnly: boolean;
  /** Higher is asked first when an image has copies in several stores. */
  readonly weight: number;
  /** What the detailed discovery tells administrators; no secrets. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly data: ImageDataSource;
}

/** Port: the stores of this deployment, fixed at start. */
export abstract class ImageDataStores {
  /** In the order of the configuration; the staging area is not among them. */
  abstract readonly all: readonly StoreEntry[];

  /** Where data goes when the caller names no store. Never read-only. */
  abstract readonly defaultId: string;

  /** Keeps bytes between `stage` and `import`; on several replicas they must all see the same one. */
  abstract readonly staging: { readonly id: string; readonly data: ImageDataStore };

  /** @throws StoreUnknown */
  abstract find(id: string): StoreEntry;

  /** @throws StoreUnknown, StoreReadOnly */
  abstract writable(id: string): ImageDataStore;

  /** The place that a record of ours names: one of all, or the staging area. @throws like {@link writable} */
  abstract holding(id: string): ImageDataStore;
}
