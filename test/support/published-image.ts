import type { ImageApi } from './image-api.js';

/** The document of the published page, of which only what is needed here is typed. */
interface PublishedImage {
  readonly [property: string]: unknown;
  readonly size: number;
  readonly tags: string[];
}

/** Names of the page that are no additional properties. */
const BASE = new Set(
  `id name status visibility protected owner disk_format container_format size checksum min_ram
   min_disk tags created_at updated_at self file schema`.split(/\s+/),
);

/** Puts the image of the published page into the catalog, with exactly its values. */
export async function storePublishedImage(api: ImageApi, document: PublishedImage): Promise<void> {
  const text = (name: string): string => String(document[name]);
  const properties = Object.entries(document).filter(([name]) => !BASE.has(name));
  await api.storedImage({
    id: text('id'),
    name: text('name'),
    status: 'active',
    visibility: 'public',
    owner: text('owner'),
    diskFormat: text('disk_format'),
    containerFormat: text('container_format'),
    size: BigInt(document.size),
    checksum: text('checksum'),
    minRam: Number(document['min_ram']),
    minDisk: Number(document['min_disk']),
    tags: document.tags,
    createdAt: new Date(text('created_at')),
    updatedAt: new Date(text('updated_at')),
    properties: Object.fromEntries(properties.map(([name, value]) => [name, String(value)])),
  });
}
