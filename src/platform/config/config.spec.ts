import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig } from './config.js';
import { environmentSchema } from './environment.js';

describe('loadConfig', () => {
  it('needs nothing to be set', () => {
    const config = loadConfig({});

    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 9292 });
    expect(config.database.url).toBeNull();
    expect(config.dataDir).toBe('.data');
  });

  it('turns text into numbers, lists, switches and durations', () => {
    const config = loadConfig({
      PORT: '80',
      CATALOG_CORS_ORIGINS: 'https://a.example, https://b.example',
      CATALOG_DOCS: 'off',
      CATALOG_DELETED_RETENTION: '2h',
    });

    expect(config.http).toMatchObject({
      port: 80,
      corsOrigins: ['https://a.example', 'https://b.example'],
      docs: false,
    });
    expect(config.images.deletedRetentionSeconds).toBe(7200);
  });

  it('takes an empty value for none', () => {
    expect(loadConfig({ DATABASE_URL: '', PORT: '' })).toEqual(loadConfig({}));
  });

  it('reads the replicas of a database, and refuses replicas of nothing', () => {
    const CATALOG_DATABASE_REPLICA_URLS = 'postgres://a/catalog, postgres://b/catalog';
    const { database } = loadConfig({
      DATABASE_URL: 'postgres://p/catalog',
      CATALOG_DATABASE_REPLICA_URLS,
    });

    expect(database.replicaUrls).toEqual(['postgres://a/catalog', 'postgres://b/catalog']);
    expect(() => loadConfig({ CATALOG_DATABASE_REPLICA_URLS })).toThrow('replicas of what?');
  });

  it('drops the slashes after an origin, so that links have one', () => {
    const { links } = loadConfig({ CATALOG_PUBLIC_URL: 'https://images.example//' });

    expect(links.publicUrl).toBe('https://images.example');
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig({});

    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config, { dataDir: '/' })).toThrow(TypeError);
  });

  it('ignores variables that are not its own', () => {
    expect(() => loadConfig({ PATH: '/bin', CATALOGUE: 'x' })).not.toThrow();
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '1.5'],
    ['DATABASE_URL', 'mysql://localhost/catalog'],
    ['CATALOG_DATABASE_REPLICA_URLS', 'postgres://a/catalog,b'],
    ['CATALOG_PUBLIC_URL', 'images.example'],
    ['CATALOG_DOCS', 'yes'],
    ['CATALOG_TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
    ['CATALOG_DELETED_RETENTION', '7 days'],
    ['CATALOG_TOKEN_SECRET', 'too short'],
    ['CATALOG_AUDIT_RETENTION', 'for ever'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=a%0Ab'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%zz'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=nothing'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
    ['CATALOG_WEBHOOKS', '{}'],
    ['CATALOG_WEBHOOKS', '[{"id":"a","url":"ftp://x","secret":{"env":"X"}}]'],
    ['CATALOG_WEBHOOKS', '[{"id":"a","url":"http://x","secret":"in plain view"}]'],
  ])('refuses %s=%s and names the key', (key, value) => {
    expect(() => loadConfig({ [key]: value })).toThrow(ConfigError);
    expect(() => loadConfig({ [key]: value })).toThrow(key);
  });

  it('names every bad value at once, on one line', () => {
    const load = (): unknown => loadConfig({ PORT: 'a', CATALOG_DOCS: 'b' });

    expect(load).toThrow(/^Bad setting PORT: .*; CATALOG_DOCS: .*$/);
  });

  it('never shows the value, which may be a secret', () => {
    const url = 'mysql://admin:s3cret@localhost/catalog';

    expect(() => loadConfig({ DATABASE_URL: url })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });

  it('refuses unknown keys under its own prefix and names them', () => {
    expect(() => loadConfig({ CATALOG_PROT: '1', CATALOG_PASSWORD: 'x' })).toThrow(
      'Unknown setting CATALOG_PROT, CATALOG_PASSWORD',
    );
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
  const entries = [...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );
  const settings = Object.entries(environmentSchema.shape);

  it('lists every key, once', () => {
    const keys = entries.map(([key]) => key);

    expect(keys.toSorted()).toEqual(settings.map(([key]) => key).toSorted());
  });

  it.each(settings)('shows the default of %s', (key, schema) => {
    const [, value = ''] = entries.find(([name]) => name === key) ?? [];

    const byDefault: unknown = schema.parse(undefined);
    const documented = value === '' ? [undefined, []] : [schema.parse(value)];
    expect(documented).toContainEqual(byDefault);
  });

  it('sets nothing when it is copied as it is', () => {
    expect(text).not.toMatch(/^[^#\n]/m);
  });
});
