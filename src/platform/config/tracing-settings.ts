import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { StartupError } from '../lifecycle/startup-error.js';
import { Secret } from './secret.js';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
const PROTOCOL = 'http/json';

const integer = (min: number, max: number, byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .pipe(
      z
        .string()
        .regex(/^\d{1,9}$/, 'must be a whole number')
        .transform(Number),
    )
    .pipe(z.number().min(min).max(max));

/** `a=1,b=two%20words`, as the specification of OpenTelemetry writes lists (W3C Baggage without properties). */
const pairs = z.string().transform((text, context) => {
  const found = new Map<string, string>();
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [, key = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = decode(value);
    if (key === '' || decoded === null) {
      context.addIssue({ code: 'custom', message: 'must be name=value pairs with commas between' });
      return z.NEVER;
    }
    found.set(key, decoded);
  }
  return found;
});

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Names and values that HTTP can carry. */
const headers = pairs.refine(
  (found) =>
    [...found].every(
      ([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value),
    ),
  { error: 'must be names and values of headers' },
);
const endpoint = z.url({ protocol: /^https?$/ });

/** The keys about traces, with the names that every service with OpenTelemetry gives them. */
export const tracingShape = {
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  OTEL_SERVICE_NAME: z.string().max(255).default('image-catalog'),
  OTEL_RESOURCE_ATTRIBUTES: pairs.optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .default('1')
    .pipe(
      z
        .string()
        .regex(/^\d(\.\d+)?$/, 'must be a number from 0 to 1')
        .transform(Number),
    )
    .pipe(z.number().min(0).max(1)),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().default(PROTOCOL),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(1, 60_000, '10000'),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(1, 1_000_000, '2048'),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(1, 10_000, '512'),
  OTEL_BSP_SCHEDULE_DELAY: integer(1, 60_000, '5000'),
};

type TracingEnvironment = z.infer<z.ZodObject<typeof tracingShape>>;

export interface SamplerSettings {
  readonly name: (typeof SAMPLERS)[number];
  /** Of traces that are recorded, from 0 to 1, for the samplers that have one. */
  readonly ratio: number;
}

/** Where traces go. */
export interface TracingSettings {
  /** Takes `ExportTraceServiceRequest`s as JSON. */
  readonly url: string;
  readonly headers: Readonly<Record<string, Secret>>;
  /** For one batch, repetitions included. */
  readonly timeoutMs: number;
  readonly sampler: SamplerSettings;
  /** What the traces are of. */
  readonly resource: Readonly<Record<string, string>>;
  readonly queue: { readonly size: number; readonly batchSize: number; readonly delayMs: number };
}

/**
 * Null when nobody wants traces.
 * @throws StartupError when the collector wants them in a form that is not spoken here
 */
export function tracingSettings(env: TracingEnvironment): { tracing: TracingSettings | null } {
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? signalUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const isOff = env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (url === null || isOff) return { tracing: null };
  if (env.OTEL_EXPORTER_OTLP_PROTOCOL !== PROTOCOL) {
    throw new StartupError(`Bad setting OTEL_EXPORTER_OTLP_PROTOCOL: must be ${PROTOCOL}.`);
  }
  const secrets = [...(env.OTEL_EXPORTER_OTLP_HEADERS ?? [])].map(
    ([name, value]) => [name, new Secret(value)] as const,
  );
  const size = env.OTEL_BSP_MAX_QUEUE_SIZE;
  const tracing = {
    url,
    headers: Object.fromEntries(secrets),
    timeoutMs: env.OTEL_EXPORTER_OTLP_TIMEOUT,
    sampler: { name: env.OTEL_TRACES_SAMPLER, ratio: env.OTEL_TRACES_SAMPLER_ARG },
    resource: {
      'service.instance.id': randomUUID(),
      ...Object.fromEntries(env.OTEL_RESOURCE_ATTRIBUTES ?? []),
      'service.name': env.OTEL_SERVICE_NAME,
    },
    queue: {
      size,
      batchSize: Math.min(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, size),
      delayMs: env.OTEL_BSP_SCHEDULE_DELAY,
    },
  };
  return { tracing };
}

/** The endpoint is of all signals; each has a path below it. */
const signalUrl = (base: string | undefined): string | null =>
  base === undefined ? null : `${base.replace(/\/+$/, '')}/v1/traces`;
