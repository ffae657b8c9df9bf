import {
  isWritable,
  type ImageDataSource,
  type ImageDataStore,
} from '../images/application/ports/image-data-store.js';
import { ImageDataStores, type StoreEntry } from '../images/application/ports/image-data-stores.js';
import { StoreReadOnly, StoreUnknown } from '../images/domain/image-data.errors.js';
import type { StoreSettings, StoresSettings } from '../platform/config/store-settings.js';
import type { OutboundClient } from '../platform/outbound/outbound-client.js';
import { instrumented } from './instrumented.store.js';
import { openStore } from './open-store.js';
import type { StoreObserver } from './store-observer.js';

/** The stores of the configuration, opened. */
export class ConfiguredImageDataStores extends ImageDataStores {
  private readonly storesById: ReadonlyMap<string, StoreEntry>;

  constructor(
    readonly all: readonly StoreEntry[],
    readonly defaultId: string,
    readonly staging: ImageDataStores['staging'],
  ) {
    super();
    this.storesById = new Map(all.map((entry) => [entry.id, entry]));
  }

  find(id: string): StoreEntry {
    const entry = this.storesById.get(id);
    if (entry === undefined) throw new StoreUnknown(id);
    return entry;
  }

  writable(id: string): ImageDataStore {
    const { data, isReadOnly } = this.find(id);
    if (isReadOnly || !isWritable(data)) throw new StoreReadOnly(id);
    return data;
  }

  holding(id: string): ImageDataStore {
    return id === this.staging.id ? this.staging.data : this.writable(id);
  }
}

/** Opens drivers, not connections: a store that is down shows when it is used and by its readiness. */
export async function openImageDataStores(
  { stores, defaultId, staging }: StoresSettings,
  outbound: OutboundClient,
  observer: StoreObserver,
): Promise<ConfiguredImageDataStores> {
  const open = async (settings: StoreSettings) => {
    const opened = await openStore(settings, outbound);
    return { ...opened, data: instrumented(opened.data, settings.id, observer) };
  };
  const entries = stores.map(async (settings): Promise<StoreEntry> => {
    const opened = await open(settings);
    return {
      ...opened,
      id: settings.id,
      description: settings.description ?? null,
      isDefault: settings.id === defaultId,
      isReadOnly: settings.readOnly === true || !isWritable(opened.data),
      weight: settings.weight ?? 0,
    };
  });
  const { data } = await open(staging);
  return new ConfiguredImageDataStores(await Promise.all(entries), defaultId, {
    id: staging.id,
    data: requireWritable(data, staging.id),
  });
}

function requireWritable(data: ImageDataSource, id: string): ImageDataStore {
  if (!isWritable(data)) throw new StoreReadOnly(id);
  return data;
}
