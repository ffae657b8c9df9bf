import http from 'node:http';
import { eventually } from './image-data.js';
import { listen } from './listen.js';

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
}
interface KeyValue {
  readonly key: string;
  readonly value: Value;
}
interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string }[];
  readonly status?: { readonly code?: number };
}

/** A span as the collector got it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'consumer' | 'other';
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly linkedTraces: readonly string[];
  readonly isFailed: boolean;
}

/** Numbers of the protocol. */
const KINDS: Readonly<Record<number, CollectedSpan['kind']>> = {
  2: 'server',
  3: 'client',
  5: 'consumer',
};
const STATUS_ERROR = 2;

/** A collector on 127.0.0.1 that takes OTLP over HTTP in JSON and keeps what it gets. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  readonly bodies: string[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  readonly resources: CollectedSpan['attributes'][] = [];
  /** What it answers; `silence` is none at all. */
  answer: 200 | 400 | 'silence' = 200;

  private constructor(
    private readonly server: http.Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<TraceCollector> {
    const server = http.createServer();
    const collector = new TraceCollector(server, await listen(server));
    server.on('request', (request, response) => {
      collector.take(request, response);
    });
    return collector;
  }

  /** What a service needs to know of it; spans are sent at once. */
  get settings(): Readonly<Record<string, string>> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: this.origin,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=key%20of%20the%20collector',
      OTEL_BSP_SCHEDULE_DELAY: '1',
    };
  }

  /** Waits for the span. */
  async span(isMeant: (span: CollectedSpan) => boolean): Promise<CollectedSpan> {
    let found: CollectedSpan | undefined;
    await eventually(async () => {
      found = this.spans.find(isMeant);
      if (found === undefined) throw new Error(`Not among ${this.spans.length} spans.`);
      return Promise.resolve();
    }, 20_000);
    return found as CollectedSpan;
  }

  /** The server's span of the request, and what has come of its parts: they end before it does. */
  async request(requestId: unknown): Promise<{ root: CollectedSpan; parts: CollectedSpan[] }> {
    const root = await this.span(
      ({ kind, attributes }) => kind === 'server' && attributes['catalog.request.id'] === requestId,
    );
    return { root, parts: this.spans.filter(({ parentId }) => parentId === root.id) };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.headers.push(request.headers);
      if (this.answer === 'silence') return;
      if (this.answer === 200) this.keep(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(this.answer, { 'content-type': 'application/json' }).end('{}');
    });
  }

  private keep(text: string): void {
    this.bodies.push(text);
    const { resourceSpans } = JSON.parse(text) as {
      resourceSpans: {
        resource: { attributes: KeyValue[] };
        scopeSpans: { spans: SentSpan[] }[];
      }[];
    };
    for (const { resource, scopeSpans } of resourceSpans) {
      this.resources.push(plain(resource.attributes));
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans.map(toCollected)));
    }
  }
}

const toCollected = (span: SentSpan): CollectedSpan => ({
  traceId: span.traceId,
  id: span.spanId,
  parentId: span.parentSpanId ?? '',
  name: span.name,
  kind: KINDS[span.kind] ?? 'other',
  attributes: plain(span.attributes),
  linkedTraces: (span.links ?? []).map(({ traceId }) => traceId),
  isFailed: span.status?.code === STATUS_ERROR,
});

const plain = (attributes: readonly KeyValue[]): CollectedSpan['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, boolValue } }) => [
      key,
      stringValue ?? boolValue ?? (intValue === undefined ? undefined : Number(intValue)),
    ]),
  );
