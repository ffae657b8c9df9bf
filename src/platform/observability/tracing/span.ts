export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** As OpenTelemetry knows them: a request that came in, one that goes out, work that waited in a queue. */
type SpanKind = 'server' | 'client' | 'consumer';

export interface SpanOptions {
  readonly kind: SpanKind;
  /** Never a secret, and nothing that a client sent but paths and ids. */
  readonly attributes?: Attributes;
  /** Milliseconds since 1970; now unless given. */
  readonly startTime?: number;
}

export interface SpanEnd {
  readonly attributes?: Attributes;
  /** A name of few, such as a status or a code; the span counts as failed then. */
  readonly errorType?: string | undefined;
}

/** W3C Trace Context: what carries a trace from one service to the next. */
export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Something that takes time, as one part of a trace. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** `traceparent`, and `tracestate` where there is any. */
  readonly headers: Readonly<Record<string, string>>;
  /** It has been ended. */
  readonly isOver: boolean;
  /** A part of this one. */
  begin(name: string, options: SpanOptions): Span;
  end(end?: SpanEnd): void;
}

export interface TraceCounts {
  /** Ended and not sent yet. */
  readonly waiting: number;
  /** Taken by the collector. */
  readonly exported: number;
  /** Refused by the collector, or it did not answer. */
  readonly failed: number;
  /** Never sent, because too many waited. */
  readonly dropped: number;
}

export interface RootOptions extends SpanOptions {
  /** Of the caller whose trace this goes on with, or of nobody. */
  readonly continues?: TraceHeaders;
  /** Of what asked for this work and does not wait for it. */
  readonly follows?: TraceHeaders | null;
}

/** Begins traces, and sends what has ended to a collector. Nothing ever waits for it. */
export abstract class Tracing {
  abstract begin(name: string, options: RootOptions): Span;
  abstract readonly counts: TraceCounts;
  /** Sends what waits, for a few seconds at most; what remains then is lost. */
  abstract close(): Promise<void>;
}
