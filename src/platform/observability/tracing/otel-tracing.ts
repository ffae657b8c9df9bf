import { Logger } from '@nestjs/common';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  defaultTextMapGetter,
  defaultTextMapSetter,
  trace,
  type Context,
  type Span as OtelSpan,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TracingSettings } from '../../config/tracing-settings.js';
import { samplerOf } from './otel-sampler.js';
import {
  Tracing,
  type RootOptions,
  type Span,
  type SpanEnd,
  type SpanOptions,
  type TraceCounts,
  type TraceHeaders,
} from './span.js';
import { SpanQueue } from './span-queue.js';

/** Characters of the value of an attribute: a path may be long. */
const MAX_VALUE_LENGTH = 1024;
/** How long a stop may take for the sake of traces. */
const FLUSH_LIMIT_MS = 3000;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

const propagator = new W3CTraceContextPropagator();

/** {@link Tracing} by OpenTelemetry, to a collector that takes OTLP over HTTP in JSON. */
export class OtelTracing extends Tracing {
  private readonly logger = new Logger('Tracing');
  private readonly queue: SpanQueue;
  private readonly tracer: Tracer;

  constructor(settings: TracingSettings) {
    super();
    const { url, timeoutMs: timeoutMillis } = settings;
    const headers = Object.fromEntries(
      Object.entries(settings.headers).map(([name, secret]) => [name, secret.reveal()]),
    );
    const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis });
    this.queue = new SpanQueue(exporter, settings.queue, (error) => {
      this.logger.warn({ message: 'The collector does not take traces.', err: error });
    });
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes(settings.resource),
      sampler: samplerOf(settings.sampler),
      spanProcessors: [this.queue],
      spanLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    });
    this.tracer = provider.getTracer('image-catalog');
  }

  override get counts(): TraceCounts {
    return this.queue.counts;
  }

  override begin(name: string, options: RootOptions): Span {
    const { continues = {}, follows = null } = options;
    const linked = follows === null ? undefined : contextOf(extract(follows));
    const links = linked === undefined ? [] : [{ context: linked }];
    return beginSpan(this.tracer, name, { ...options, links }, extract(continues));
  }

  override async close(): Promise<void> {
    await Promise.race([this.queue.shutdown(), sleep(FLUSH_LIMIT_MS, undefined, { ref: false })]);
  }
}

class SpanOfOtel implements Span {
  private hasEnded = false;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: OtelSpan,
    private readonly context: Context,
  ) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get isOver(): boolean {
    return this.hasEnded;
  }

  get headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    propagator.inject(this.context, headers, defaultTextMapSetter);
    return headers;
  }

  begin(name: string, options: SpanOptions): Span {
    return beginSpan(this.tracer, name, { ...options, links: [] }, this.context);
  }

  end({ attributes = {}, errorType }: SpanEnd = {}): void {
    this.span.setAttributes(attributes);
    if (errorType !== undefined) {
      this.span.setAttribute('error.type', errorType);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.hasEnded = true;
    this.span.end();
  }
}

function beginSpan(
  tracer: Tracer,
  name: string,
  options: SpanOptions & { readonly links: { context: ReturnType<OtelSpan['spanContext']> }[] },
  parent: Context,
): Span {
  const { kind, attributes = {}, startTime = Date.now(), links } = options;
  const span = tracer.startSpan(name, { kind: KINDS[kind], attributes, startTime, links }, parent);
  return new SpanOfOtel(tracer, span, trace.setSpan(parent, span));
}

const extract = (headers: TraceHeaders): Context =>
  propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

const contextOf = (context: Context) => trace.getSpanContext(context);
