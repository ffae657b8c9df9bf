import type { Readable } from 'node:stream';
import { isImageDataKey } from '../../images/application/image-data-key.js';
import {
  ImageDataStore,
  type DataFacts,
  type DataRange,
  type ListedData,
  type WriteOptions,
  type WrittenData,
} from '../../images/application/ports/image-data-store.js';
import { ImageDataExists, ImageDataMissing } from '../../images/domain/image-data.errors.js';
import { requireDataKey } from '../data-key.js';
import { writeGuarded, type GuardedSource } from '../guarded-source.js';
import { listContainer, type ListedObject } from './container-listing.js';
import {
  LargeObject,
  markerPath,
  removeIfPresent,
  SEPARATOR,
  type SwiftPlace,
} from './large-object.js';
import { SwiftClient } from './swift-client.js';
import type { SwiftSettings } from './swift-login.js';

/** One static large object per key in a container of OpenStack Object Storage; segments in one beside it. */
export class SwiftStore extends ImageDataStore {
  private readonly client: SwiftClient;
  private readonly place: SwiftPlace;

  constructor(private readonly settings: SwiftSettings) {
    super();
    this.client = new SwiftClient(settings);
    this.place = { container: settings.container, segments: `${settings.container}_segments` };
  }

  async write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<WrittenData> {
    requireDataKey(key);
    return writeGuarded({ source, signal: options.signal }, async (guarded) => {
      if ((await this.stat(key)) !== null) throw new ImageDataExists();
      await this.upload(key, guarded);
      return `swift:${this.place.container}/${key}`;
    });
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    requireDataKey(key);
    const last = range && range.offset + range.length - 1n;
    const answer = await this.client.send({
      method: 'GET',
      path: [this.place.container, key],
      headers: range === undefined ? {} : { range: `bytes=${range.offset}-${last}` },
    });
    if (range !== undefined && BigInt(String(answer.headers['content-length'])) !== range.length) {
      answer.body.on('error', () => undefined).destroy();
      throw new ImageDataMissing();
    }
    return answer.body;
  }

  async stat(key: string): Promise<DataFacts | null> {
    requireDataKey(key);
    try {
      const path = [this.place.container, key];
      const { headers } = await this.client.finish({ method: 'HEAD', path });
      return {
        bytes: BigInt(String(headers['content-length'])),
        modifiedAt: new Date(Number(headers['x-timestamp']) * 1000),
      };
    } catch (error) {
      if (error instanceof ImageDataMissing) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    requireDataKey(key);
    const { container, segments } = this.place;
    // The marker first: a write that is just being finished looks for it after it has become visible.
    await removeIfPresent(this.client, markerPath(this.place, key));
    await removeIfPresent(this.client, [container, key]);
    for await (const { name } of listContainer(this.client, segments, `${key}${SEPARATOR}`)) {
      await removeIfPresent(this.client, [segments, name]);
    }
  }

  /** Both listings are ordered, so walking them side by side finds segments that no object holds together. */
  async *list(): AsyncIterable<ListedData> {
    const { container, segments } = this.place;
    const parts = keysOf(listContainer(this.client, segments));
    let part = await parts.next();
    for await (const object of listContainer(this.client, container)) {
      if (!isImageDataKey(object.name)) continue;
      while (part.done !== true && part.value.key < object.name) {
        yield part.value;
        part = await parts.next();
      }
      if (part.done !== true && part.value.key === object.name) part = await parts.next();
      const facts = await this.stat(object.name);
      if (facts !== null) yield { ...facts, key: object.name, isComplete: true };
    }
    for (; part.done !== true; part = await parts.next()) yield part.value;
  }

  private async upload(key: string, source: GuardedSource): Promise<void> {
    const object = new LargeObject(this.client, this.place, key);
    await object.begin();
    try {
      await object.send(source, this.settings.segmentBytes);
      await object.complete();
    } catch (error) {
      // Best effort under an error that matters more; what stays is listed.
      await object.discard().catch(() => undefined);
      throw error;
    }
  }
}

/** One incomplete entry for each key that has anything in the container of segments. */
async function* keysOf(
  objects: AsyncIterable<ListedObject>,
): AsyncGenerator<ListedData, void, undefined> {
  let current = '';
  for await (const { name, bytes, modifiedAt } of objects) {
    const key = name.slice(0, Math.max(0, name.indexOf(SEPARATOR)));
    if (key === current || !isImageDataKey(key)) continue;
    current = key;
    yield { key, bytes, modifiedAt, isComplete: false };
  }
}
