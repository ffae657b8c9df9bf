import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamedEvent } from './event-stream.js';
import { listen } from './listen.js';

export interface Received {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly event: StreamedEvent['data'] & { readonly id: string };
  readonly status: number;
}

const DEADLINE_MS = 60_000;

/** A webhook on 127.0.0.1 that keeps what it gets and answers what it is told. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Decides the status of an answer. */
  answer: (event: Received['event']) => number = () => 204;

  private constructor(
    private readonly server: http.Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = http.createServer();
    const receiver = new WebhookReceiver(server, `${await listen(server)}/hook`);
    server.on('request', (request, response) => {
      receiver.take(request, response);
    });
    return receiver;
  }

  /** What was acknowledged about an image. */
  accepted(imageId: string): Received[] {
    return this.received.filter(
      ({ event, status }) => event.subject === `images/${imageId}` && status < 300,
    );
  }

  async until(isReached: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isReached()) {
      if (Date.now() > deadline) throw new Error(`Only ${this.received.length} deliveries.`);
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const event = JSON.parse(text) as Received['event'];
      const status = this.answer(event);
      this.received.push({ headers: request.headers, text, event, status });
      response.writeHead(status, { location: this.url }).end();
    });
  }
}
