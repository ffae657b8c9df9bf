import type { OutboundClient } from '../platform/outbound/outbound-client.js';
import type { StoreSettings } from '../platform/config/store-settings.js';
import type { ImageDataSource } from '../images/application/ports/image-data-store.js';
import { READ_CHUNK_BYTES } from '../platform/files/file-stream.js';
import { FilesystemStore } from './filesystem/filesystem.store.js';
import { HttpSource } from './http/http.source.js';
import { MemoryStore } from './memory/memory.store.js';
import { SwiftStore } from './swift/swift.store.js';

const MIB = 1024 * 1024;

/** Everything is sent in parts; sizes are MiB. */
const S3_PROPERTIES = {
  s3_store_large_object_size: 0,
  s3_store_large_object_chunk_size: 8,
  s3_store_thread_pools: 2,
};

/** A driver at work and what discovery tells of it. */
export interface OpenedStore {
  readonly type: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly data: ImageDataSource;
}

/** Chooses the driver. The SDKs of the remote ones are large, so they are loaded only when configured. */
export async function openStore(
  settings: StoreSettings,
  outbound: OutboundClient,
): Promise<OpenedStore> {
  switch (settings.driver) {
    case 'filesystem':
      return {
        type: 'file',
        properties: {
          data_dir: settings.path,
          chunk_size: READ_CHUNK_BYTES,
          thin_provisioning: false,
        },
        data: new FilesystemStore(settings.path),
      };
    case 'http':
      return { type: 'http', properties: {}, data: new HttpSource(outbound) };
    case 'memory':
      return { type: 'memory', properties: {}, data: new MemoryStore(settings.capacityBytes) };
    case 'swift':
      return {
        type: 'swift',
        properties: {
          container: settings.container,
          large_object_size: 0,
          large_object_chunk_size: Math.ceil(settings.segmentBytes / MIB),
        },
        data: new SwiftStore(settings),
      };
    case 'azure': {
      const { AzureStore } = await import('./azure/azure.store.js');
      return {
        type: 'azure',
        properties: { container: settings.container },
        data: new AzureStore(settings),
      };
    }
    case 's3': {
      const { S3Store } = await import('./s3/s3.store.js');
      return { type: 's3', properties: S3_PROPERTIES, data: new S3Store(settings) };
    }
  }
}
