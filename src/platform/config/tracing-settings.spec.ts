import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { StartupError } from '../lifecycle/startup-error.js';
import { loadConfig } from './config.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318/' };
const tracing = (environment: Readonly<Record<string, string>>) => loadConfig(environment).tracing;

describe('the settings of traces', () => {
  it.each([
    {},
    { OTEL_SERVICE_NAME: 'images' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ])('are none where nobody wants traces: %j', (environment) => {
    expect(tracing(environment)).toBeNull();
  });

  it('add the path of traces to the endpoint of all signals, and nothing to their own', () => {
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' };

    expect(tracing(ENDPOINT)?.url).toBe('http://collector.example:4318/v1/traces');
    expect(tracing({ ...ENDPOINT, ...own })?.url).toBe('https://traces.example/in');
  });

  it('read lists as OpenTelemetry writes them', () => {
    const settings = tracing({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-tenant=a=b,',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=overridden,deployment.environment.name=a%2Cb',
    });

    expect(settings?.headers['authorization']?.reveal()).toBe('Basic YTpi');
    expect(settings?.headers['x-tenant']?.reveal()).toBe('a=b');
    expect(settings?.resource).toEqual({
      'service.name': 'image-catalog',
      'service.instance.id': expect.any(String),
      'deployment.environment.name': 'a,b',
    });
  });

  it('do not show the headers, which hold keys', () => {
    const settings = tracing({ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s3cret' });

    expect(inspect(settings)).not.toContain('s3cret');
    expect(JSON.stringify(settings)).not.toContain('s3cret');
  });

  it('have no batch that is larger than the queue', () => {
    expect(tracing({ ...ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '10' })?.queue).toEqual({
      size: 10,
      batchSize: 10,
      delayMs: 5000,
    });
  });

  it.each(['grpc', 'http/protobuf'])('refuse a protocol that is not spoken: %s', (protocol) => {
    const load = () => tracing({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: protocol });

    expect(load).toThrow(StartupError);
    expect(load).toThrow('OTEL_EXPORTER_OTLP_PROTOCOL: must be http/json');
  });
});
