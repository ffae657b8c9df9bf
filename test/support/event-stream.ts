import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: {
    readonly type: string;
    readonly subject: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly [attribute: string]: unknown;
  };
}

const DEADLINE_MS = 60_000;

/** A reader of `GET /catalog/v1/events`. */
export class EventStream {
  readonly events: StreamedEvent[] = [];
  status = 0;
  headers: http.IncomingHttpHeaders = {};
  /** The last id that was seen, with an event or without. */
  lastId: string | null = null;
  isEnded = false;
  private text = '';
  private outgoing: http.ClientRequest | undefined;

  /** Resolves when the answer has begun, and for a stream with its first sign of life. */
  static async open(app: TestApp, token: string, lastEventId?: string): Promise<EventStream> {
    const stream = new EventStream();
    const origin = await app.listen();
    const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    await new Promise<void>((resolve, reject) => {
      stream.outgoing = http.get(
        `${origin}/catalog/v1/events`,
        { headers: { 'x-auth-token': token, ...resume } },
        (incoming) => {
          stream.read(incoming);
          resolve();
        },
      );
      stream.outgoing.on('error', reject);
    });
    if (stream.status === 200) await stream.until(() => stream.lastId !== null);
    return stream;
  }

  close(): void {
    this.outgoing?.destroy();
  }

  async until(isReached: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isReached()) {
      if (Date.now() > deadline) throw new Error(`Only ${JSON.stringify(this.events)}`);
      await sleep(20);
    }
  }

  /** Waits for as many events about the image. */
  async about(imageId: string, count: number): Promise<StreamedEvent[]> {
    const found = (): StreamedEvent[] =>
      this.events.filter(({ data }) => data.subject === `images/${imageId}`);
    await this.until(() => found().length >= count);
    return found();
  }

  private read(incoming: http.IncomingMessage): void {
    this.status = incoming.statusCode ?? 0;
    this.headers = incoming.headers;
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      const frames = `${this.text}${chunk}`.split('\n\n');
      this.text = frames.pop() ?? '';
      for (const frame of frames) this.take(frame);
    });
    incoming.on('error', () => undefined);
    incoming.on('close', () => {
      this.isEnded = true;
    });
  }

  private take(frame: string): void {
    const field = (name: string): string | undefined =>
      frame
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const [id, event, data] = [field('id'), field('event'), field('data')];
    if (id !== undefined) this.lastId = id;
    if (id === undefined || event === undefined || data === undefined) return;
    this.events.push({ id, event, data: JSON.parse(data) as StreamedEvent['data'] });
  }
}
