import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Faults } from '../../../src/platform/lifecycle/faults.js';
import { Metrics } from '../../../src/platform/observability/metrics/metrics.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { Scrape } from '../../support/metrics.js';

const ALERTS = 'deploy/prometheus/alerts.yml';
const ALERT_TESTS = 'deploy/prometheus/alerts.test.yml';
const DASHBOARD = 'deploy/grafana/image-catalog.json';
const PAGE = 'docs/operations/observability.md';
const METRIC = /\b(?:catalog|process|nodejs)_[a-z0-9_]+/g;

const PROMTOOL = '/usr/bin/promtool';
const hasPromtool = existsSync(PROMTOOL);
if (!hasPromtool) console.warn(`Skipped: there is no ${PROMTOOL} to check the alerts with.`);

let app: TestApp;
let scrape: Scrape;

beforeAll(async () => {
  app = await startTestApp({
    CATALOG_METRICS_PORT: '0',
    // For its figures; nothing listens there.
    CATALOG_DATABASE_REPLICA_URLS: 'postgresql://catalog@127.0.0.1:1/catalog',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  });
  new Faults(
    () => undefined,
    () => undefined,
  ).countIn(app.app.get(Metrics));
  await app.request('GET', '/healthz');
  scrape = await Scrape.of(app);
});

afterAll(() => app.close());

const text = (path: string): string => readFileSync(path, 'utf8');
const named = (path: string): string[] => [...new Set(text(path).match(METRIC) ?? [])];

/** Names of everything that `/metrics` describes, series or not. */
const described = (): Set<string> =>
  new Set([...scrape.text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));

const baseOf = (name: string): string =>
  described().has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');

describe.each([ALERTS, DASHBOARD, PAGE])('%s', (path) => {
  it('names only figures that there are', () => {
    const known = described();
    const names = named(path);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.has(baseOf(name)))).toEqual([]);
  });
});

describe('docs/operations/observability.md', () => {
  it('explains every figure of the catalog', () => {
    const explained = new Set(named(PAGE));
    const own = [...described()].filter((name) => name.startsWith('catalog_'));
    expect(own.filter((name) => !explained.has(name))).toEqual([]);
  });
});

(hasPromtool ? describe : describe.skip)('promtool', () => {
  it('finds the alerts well-formed, and that they fire when they should', () => {
    const run = (...options: string[]): string =>
      execFileSync(PROMTOOL, options, { encoding: 'utf8', stdio: 'pipe' });
    expect(run('check', 'rules', ALERTS)).toContain('SUCCESS');
    expect(run('test', 'rules', ALERT_TESTS)).toContain('SUCCESS');
  });
});
