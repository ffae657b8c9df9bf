import { Readable } from 'node:stream';
import type { StreamItem } from '../application/follow-events.js';
import { eventTypeOf, toCloudEvent } from '../domain/cloud-event.js';

/**
 * Items as server-sent events. The stream takes the next one only when the reader has room, so that a slow
 * reader makes nothing grow. A sign of life carries an id without data, which a client remembers and does not report.
 */
export function toEventStream(
  items: AsyncGenerator<StreamItem, void, undefined>,
  source: string,
): Readable {
  async function* frames(): AsyncGenerator<string, void, undefined> {
    for await (const item of items) yield frameOf(item, source);
  }
  return Readable.from(frames(), { objectMode: true, highWaterMark: 1 });
}

function frameOf(item: StreamItem, source: string): string {
  if (item.kind === 'heartbeat') return `: alive\nid: ${item.position}\n\n`;
  const { record } = item;
  const data = JSON.stringify(toCloudEvent(record, source));
  return `id: ${record.id}\nevent: ${eventTypeOf(record)}\ndata: ${data}\n\n`;
}
