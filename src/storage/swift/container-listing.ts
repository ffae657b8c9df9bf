import { z } from 'zod';
import { ImageDataMissing } from '../../images/domain/image-data.errors.js';
import type { SwiftClient } from './swift-client.js';

const PAGE_SIZE = 1000;

const page = z.array(z.object({ name: z.string(), bytes: z.int(), last_modified: z.string() }));

export interface ListedObject {
  readonly name: string;
  readonly bytes: bigint;
  readonly modifiedAt: Date;
}

/** The objects of a container in the order of their names, page by page; none when there is no container. */
export async function* listContainer(
  client: SwiftClient,
  container: string,
  prefix = '',
): AsyncGenerator<ListedObject, void, undefined> {
  let marker = '';
  for (;;) {
    const objects = await fetchPage(client, container, { prefix, marker });
    for (const { name, bytes, last_modified: modified } of objects) {
      // The time is UTC but does not say so.
      yield { name, bytes: BigInt(bytes), modifiedAt: new Date(`${modified}Z`) };
    }
    if (objects.length < PAGE_SIZE) return;
    marker = objects.at(-1)?.name ?? '';
  }
}

async function fetchPage(
  client: SwiftClient,
  container: string,
  window: { readonly prefix: string; readonly marker: string },
): Promise<z.infer<typeof page>> {
  const query = { format: 'json', limit: String(PAGE_SIZE), ...window };
  try {
    const answer = await client.send({ method: 'GET', path: [container], query });
    return page.parse(await answer.body.json());
  } catch (error) {
    if (error instanceof ImageDataMissing) return [];
    throw error;
  }
}
