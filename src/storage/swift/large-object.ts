import { DomainError } from '../../kernel/errors.js';
import { ImageDataDiscarded, ImageDataMissing } from '../../images/domain/image-data.errors.js';
import { SegmentedSource } from './segmented-source.js';
import type { SwiftCall, SwiftClient } from './swift-client.js';

export interface SwiftPlace {
  readonly container: string;
  /** Holds the segments of `<key>` as `<key>!<number>`, and `<key>!writing` while they come. */
  readonly segments: string;
}

interface Segment {
  readonly path: string;
  readonly etag: string;
  readonly size_bytes: number;
}

const NUMBER_DIGITS = 8;

/** Sorts before everything that a key may contain, so names sort as their keys do. */
export const SEPARATOR = '!';

/**
 * One static large object on its way. A marker beside the segments says that the key is being written: it shows
 * killed writers to the janitor, and whoever deletes the key removes it first, which ends the write.
 */
export class LargeObject {
  private readonly segments: Segment[] = [];
  private begun = 0;

  constructor(
    private readonly client: SwiftClient,
    private readonly place: SwiftPlace,
    private readonly key: string,
  ) {}

  /** Containers are made with the first data. */
  async begin(): Promise<void> {
    try {
      await this.client.finish({ method: 'PUT', path: this.marker });
    } catch (error) {
      if (!(error instanceof ImageDataMissing)) throw error;
      for (const container of [this.place.segments, this.place.container]) {
        await this.client.finish({ method: 'PUT', path: [container] });
      }
      await this.client.finish({ method: 'PUT', path: this.marker });
    }
  }

  /** Sends everything; nothing is visible yet. */
  async send(source: AsyncIterable<Uint8Array>, segmentBytes: number): Promise<void> {
    const segmented = new SegmentedSource(source, segmentBytes);
    while (await segmented.hasMore()) {
      this.begun += 1;
      const path = this.segmentPath(this.begun);
      const counted = new Counted(segmented.next());
      const answer = await this.client.finish({ method: 'PUT', path, body: counted });
      const etag = String(answer.headers['etag']).replaceAll('"', '');
      this.segments.push({ path: `/${path.join('/')}`, etag, size_bytes: counted.bytes });
    }
  }

  /** Makes the object visible as a whole, unless the key has been deleted meanwhile. */
  async complete(): Promise<void> {
    await this.requireMarker();
    await this.client.finish(this.manifest());
    // Whoever deleted the key in between removed the marker before looking for the manifest.
    await this.requireMarker();
    await this.client.finish({ method: 'DELETE', path: this.marker });
  }

  /** Removes whatever there is of the object, the marker last. */
  async discard(): Promise<void> {
    const numbers = Array.from({ length: this.begun }, (_, index) => index + 1);
    const paths = [
      [this.place.container, this.key],
      ...numbers.map((each) => this.segmentPath(each)),
    ];
    for (const path of [...paths, this.marker]) await removeIfPresent(this.client, path);
  }

  private get marker(): readonly string[] {
    return markerPath(this.place, this.key);
  }

  private manifest(): SwiftCall {
    const path = [this.place.container, this.key];
    // A manifest must not be empty; neither is an empty object large.
    if (this.segments.length === 0) return { method: 'PUT', path };
    const query = { 'multipart-manifest': 'put' };
    return { method: 'PUT', path, query, body: JSON.stringify(this.segments) };
  }

  private segmentPath(number: number): readonly string[] {
    return [
      this.place.segments,
      `${this.key}${SEPARATOR}${String(number).padStart(NUMBER_DIGITS, '0')}`,
    ];
  }

  private async requireMarker(): Promise<void> {
    try {
      await this.client.finish({ method: 'HEAD', path: this.marker });
    } catch (error) {
      throw error instanceof ImageDataMissing ? new ImageDataDiscarded(error) : error;
    }
  }
}

export function markerPath({ segments }: SwiftPlace, key: string): readonly string[] {
  return [segments, `${key}${SEPARATOR}writing`];
}

export async function removeIfPresent(client: SwiftClient, path: readonly string[]): Promise<void> {
  try {
    await client.finish({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
  }
}

class Counted implements AsyncIterable<Uint8Array> {
  bytes = 0;

  constructor(private readonly source: AsyncIterable<Uint8Array>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.source) {
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }
}
