import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { serveMetrics } from '../../../src/platform/observability/metrics/metrics-server.js';
import { Metrics } from '../../../src/platform/observability/metrics/metrics.js';
import { eventually, ImageDataFixture } from '../../support/image-data.js';
import { Scrape } from '../../support/metrics.js';

const DURATION = 'catalog_http_request_duration_seconds_count';
const IMAGE = { dialect: 'image', route: '/v2/images/:image_id' };
const UPLOAD = { dialect: 'image', method: 'PUT', route: '/v2/images/:image_id/file' };
const BYTES = Buffer.alloc(1000, 7);

let fixture: ImageDataFixture;
let scrape: Scrape;

beforeAll(async () => {
  fixture = await ImageDataFixture.start({ CATALOG_METRICS_PORT: '0' });
  const { app, token } = fixture;
  const id = await fixture.activeImage(BYTES);
  await fixture.createImage();
  for (const path of [`/image/v2/images/${id}`, `/v2/images/${id}`, `/compute/v2.1/images/${id}`]) {
    await app.request('GET', path, { token });
  }
  await app.request('GET', `/image/v2/images/${id}/file`, { token });
  await app.request('GET', '/image/v2/images/none', { token });
  await app.request('GET', '/image/v2/nothing', { token });
  await app.database.read({ text: 'SELECT 1', values: [] });
  await app.database.read({ text: 'SELECT nothing', values: [] }).catch(() => undefined);
  scrape = await Scrape.of(app);
});

afterAll(() => fixture.close());

describe('the figures of requests', () => {
  it('are by dialect, method and pattern of the route, whichever mount they came in on', () => {
    expect(scrape.value(DURATION, { ...IMAGE, method: 'GET', status: '2xx' })).toBe(2);
    const compute = { dialect: 'compute', route: '/v2.1/images/:image_id', status: '2xx' };
    expect(scrape.value(DURATION, compute)).toBe(1);
  });

  it('are by class of the status', () => {
    expect(scrape.value(DURATION, { ...IMAGE, method: 'GET', status: '4xx' })).toBe(1);
    expect(scrape.value(DURATION, { ...UPLOAD, status: '2xx' })).toBe(1);
  });

  it('name no path that a client made up', () => {
    const routes = scrape.samples.map(({ labels }) => labels['route']);
    expect(routes).toContain('/v2/*');
    expect(scrape.text).not.toContain('nothing');
  });

  it('have as many in the last bucket as there were', () => {
    const labels = { ...IMAGE, method: 'GET', status: '2xx', le: '+Inf' };
    expect(scrape.value('catalog_http_request_duration_seconds_bucket', labels)).toBe(2);
  });
});

describe('while an upload runs', () => {
  let client: Socket;

  beforeAll(async () => {
    const id = await fixture.createImage();
    const { hostname, port } = new URL(await fixture.app.listen());
    client = connect(Number(port), hostname);
    client.on('error', () => undefined);
    client.write(
      `PUT /image/v2/images/${id}/file HTTP/1.1\r\nHost: here\r\nX-Auth-Token: ${fixture.token}\r\n` +
        `Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\npart`,
    );
  });

  const writing = async () =>
    (await Scrape.of(fixture.app)).value('catalog_store_transfers_in_flight', {
      direction: 'write',
    });

  it('is in flight as a request and as a transfer, until its client goes', async () => {
    await eventually(async () => {
      expect(await writing()).toBe(1);
    }, 20_000);
    const during = await Scrape.of(fixture.app);
    expect(during.value('catalog_http_requests_in_flight', UPLOAD)).toBe(1);

    client.destroy();
    await eventually(async () => {
      expect(await writing()).toBe(0);
      const after = await Scrape.of(fixture.app);
      expect(after.value('catalog_http_requests_in_flight', UPLOAD)).toBe(0);
      expect(after.value(DURATION, { ...UPLOAD, status: 'interrupted' })).toBe(1);
    }, 20_000);
  });
});

describe('the figures of what the service stands on', () => {
  it('are about stores: calls, bytes, transfers', async () => {
    const count = 'catalog_store_operation_duration_seconds_count';
    expect(scrape.value(count, { operation: 'write', outcome: 'ok' })).toBe(1);
    expect(scrape.value(count, { operation: 'read', outcome: 'ok' })).toBe(1);
    expect(scrape.value('catalog_store_bytes_total', { direction: 'write' })).toBe(1000);
    expect(scrape.value('catalog_store_bytes_total', { direction: 'read' })).toBe(1000);
    // The client has the last byte a moment before the file is closed.
    await eventually(async () => {
      const reading = (await Scrape.of(fixture.app)).value('catalog_store_transfers_in_flight', {
        direction: 'read',
      });
      expect(reading).toBe(0);
    });
  });

  it('are about the database: statements, connections, who waits', () => {
    const count = 'catalog_database_statement_duration_seconds_count';
    expect(scrape.value(count, { outcome: 'ok' })).toBeGreaterThan(10);
    expect(scrape.value(count, { outcome: 'failed' })).toBe(1);
    expect(scrape.value('catalog_database_connections_max')).toBe(10);
    expect(scrape.value('catalog_database_connections', { state: 'idle' })).toBeGreaterThan(0);
    expect(scrape.value('catalog_database_waiting')).not.toBeNull();
    expect(scrape.value('catalog_database_refused_total')).toBe(0);
    expect(scrape.value('catalog_database_up')).toBe(1);
  });

  it('are about the process: memory, event loop', () => {
    expect(scrape.value('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(scrape.names).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});

describe('the figures of the catalog', () => {
  it('are images and bytes by status, and what waits', () => {
    expect(scrape.value('catalog_images', { status: 'active' })).toBe(1);
    expect(scrape.value('catalog_images', { status: 'queued' })).toBe(1);
    expect(scrape.value('catalog_image_bytes', { status: 'active' })).toBe(1000);
    expect(scrape.value('catalog_tasks', { state: 'queued' })).toBe(0);
    expect(scrape.value('catalog_task_oldest_age_seconds', { state: 'running' })).toBe(0);
    expect(scrape.value('catalog_uploads_leased')).toBe(0);
    expect(scrape.value('catalog_data_removals_pending')).toBe(0);
  });
});

describe('the address of /metrics', () => {
  it('is not that of the APIs', async () => {
    expect((await fixture.app.request('GET', '/metrics')).status).toBe(404);
  });

  it('has nothing else, and takes no other method', async () => {
    const metrics = fixture.app.app.get(Metrics);
    const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => metrics.print());
    try {
      const reply = await fetch(`${server.origin}/metrics`);
      expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await reply.text()).toContain('catalog_images{status="active"} 1');
      expect((await fetch(`${server.origin}/`)).status).toBe(404);
      expect((await fetch(`${server.origin}/metrics`, { method: 'POST' })).status).toBe(405);
    } finally {
      await server.close();
    }
  });
});
