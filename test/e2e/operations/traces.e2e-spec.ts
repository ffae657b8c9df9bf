import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startTestApp } from '../../support/app.js';
import { ImageDataFixture, eventually } from '../../support/image-data.js';
import { Imports } from '../../support/imports.js';
import { KeystoneServer } from '../../support/keystone-server.js';
import { Scrape } from '../../support/metrics.js';
import { MAY_DOWNLOAD_HERE, SourceServer } from '../../support/source-server.js';
import { TraceCollector } from '../../support/trace-collector.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const BYTES = Buffer.alloc(1000, 7);
const SOURCE_QUERY = 'X-Amz-Signature=presigned';
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const traceparent = (traceId: string, parentId: string, flags: string): string =>
  `00-${traceId}-${parentId}-${flags}`;

let collector: TraceCollector;
let receiver: WebhookReceiver;
let source: SourceServer;
let fixture: ImageDataFixture;

beforeAll(async () => {
  collector = await TraceCollector.start();
  receiver = await WebhookReceiver.start();
  source = await SourceServer.start();
  process.env['TEST_TRACES_SECRET'] = Buffer.alloc(24, 'k').toString('base64');
  fixture = await ImageDataFixture.start({
    ...collector.settings,
    ...MAY_DOWNLOAD_HERE,
    OTEL_SERVICE_NAME: 'catalog of the test',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a%20test',
    TEST_TRACES_SECRET: process.env['TEST_TRACES_SECRET'],
    CATALOG_METRICS_PORT: '0',
    CATALOG_WEBHOOKS: JSON.stringify([
      { id: 'hook', url: receiver.url, secret: { env: 'TEST_TRACES_SECRET' } },
    ]),
  });
});

afterAll(async () => {
  await fixture.close();
  await source.close();
  await receiver.stop();
  await collector.stop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fixture.app.request('GET', path, { token: fixture.token, headers });
const idOf = ({ headers }: { headers: object }): unknown =>
  (headers as Record<string, unknown>)['x-openstack-request-id'];

describe('a request', () => {
  it('is a span that says what was asked, by whom, and how it ended', async () => {
    const id = await fixture.createImage();
    const reply = await get(`/image/v2/images/${id}?secret=${SOURCE_QUERY}`);
    const { root } = await collector.request(idOf(reply));

    const { body } = await fixture.app.request('GET', '/identity/v3/auth/tokens', {
      token: fixture.token,
      headers: { 'x-subject-token': fixture.token },
    });
    expect(root).toMatchObject({ name: 'GET /v2/images/:image_id', isFailed: false, parentId: '' });
    expect(root.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/v2/images/:image_id',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': `/image/v2/images/${id}`,
      'client.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'catalog.request.id': idOf(reply),
      'catalog.dialect': 'image',
      'catalog.tenant.id': body.token.project.id,
    });
  });

  it('goes on with the trace of its caller', async () => {
    const [traceId, parentId] = [hex(16), hex(8)];
    const reply = await get('/image/v2/images', {
      traceparent: traceparent(traceId, parentId, '01'),
      tracestate: 'vendor=1',
    });

    expect((await collector.request(idOf(reply))).root).toMatchObject({ traceId, parentId });
  });

  it.each(['none', '00-0-0-01', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`])(
    'begins a trace where the caller names none that is one: %s',
    async (value) => {
      const reply = await get('/image/v2/images', { traceparent: value });

      const { root } = await collector.request(idOf(reply));
      expect(root.parentId).toBe('');
      expect(root.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    },
  );

  it('is not recorded where the caller says so, and neither are its parts', async () => {
    const traceId = hex(16);
    await get('/image/v2/images', { traceparent: traceparent(traceId, hex(8), '00') });
    await collector.request(idOf(await get('/image/v2/images')));

    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
  });

  it('has no path where a token may be part of it, and probes are none at all', async () => {
    const reply = await get(`/identity/v2.0/tokens/${fixture.token}`);
    await get('/healthz');
    await get('/readyz');

    const { root } = await collector.request(idOf(reply));
    expect(root.attributes).not.toHaveProperty('url.path');
    expect(root.attributes['catalog.dialect']).toBe('identity');
    const routes = collector.spans.map(({ attributes }) => attributes['http.route']);
    expect(routes).not.toContain('/readyz');
    expect(routes).not.toContain('/healthz');
  });

  it('has its statements as parts, by name or by table, without a value', async () => {
    const id = await fixture.createImage({ name: 'a name that is a value' });
    const read = await collector.request(idOf(await get(`/image/v2/images/${id}`)));
    const statements = read.parts.filter(({ attributes }) => 'db.system.name' in attributes);

    expect(statements.length).toBeGreaterThan(0);
    for (const { name, kind, attributes, traceId } of statements) {
      expect({ kind, traceId }).toEqual({ kind: 'client', traceId: read.root.traceId });
      expect(attributes).toEqual({ 'db.system.name': 'postgresql', 'db.query.summary': name });
    }
    expect(collector.bodies.join('')).not.toContain('a name that is a value');
  });

  it('has what it asks of stores as parts', async () => {
    const id = await fixture.createImage();
    const file = `/image/v2/images/${id}/file`;
    const upload = await fixture.app.request('PUT', file, {
      token: fixture.token,
      body: BYTES,
      headers: { 'content-type': 'application/octet-stream' },
    });
    const written = await collector.request(idOf(upload));
    const read = await collector.request(idOf(await get(file)));

    const write = written.parts.find(({ name }) => name.startsWith('write '));
    expect(write?.attributes).toMatchObject({
      'catalog.store.operation': 'write',
      'catalog.store.bytes': BYTES.length,
    });
    expect(read.parts.map(({ name }) => name.split(' ')[0])).toContain('read');
  });
});

describe('what a request asks for and does not wait for', () => {
  it('is a trace of its own that is linked to it; where users point to learns nothing of it', async () => {
    const seen: Record<string, unknown>[] = [];
    const url = source.serve(`/image?${SOURCE_QUERY}`, (request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
    });
    const id = await fixture.createImage();
    const imports = new Imports(fixture);
    const asked = await imports.download(id, url);
    await imports.ended(id);

    const { root } = await collector.request(idOf(asked));
    const task = await collector.span(
      ({ kind, attributes }) => kind === 'consumer' && attributes['catalog.image.id'] === id,
    );
    expect(task).toMatchObject({
      name: 'task web-download',
      parentId: '',
      linkedTraces: [root.traceId],
      isFailed: false,
      attributes: { 'catalog.request.id': idOf(asked), 'catalog.task.attempt': 1 },
    });
    const parts = collector.spans.filter(({ parentId }) => parentId === task.id);
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['GET']));
    expect(parts.some(({ name }) => name.startsWith('write '))).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
    for (const headers of seen) expect(headers).not.toHaveProperty('traceparent');
  });

  it('is failed where the task fails', async () => {
    const id = await fixture.createImage();
    const imports = new Imports(fixture);
    await imports.download(id, `${source.origin}/nothing`);
    await imports.ended(id);

    const task = await collector.span(
      ({ kind, attributes }) => kind === 'consumer' && attributes['catalog.image.id'] === id,
    );
    expect(task.isFailed).toBe(true);
  });

  it('is an event, which the receiver can go on with', async () => {
    const id = await fixture.createImage();
    await receiver.until(() => receiver.accepted(id).length > 0);
    const [received] = receiver.accepted(id);

    const [, traceId] = String(received?.headers['traceparent']).split('-');
    const span = await collector.span((each) => each.traceId === traceId);
    expect(span.attributes).toMatchObject({
      'catalog.webhook.id': 'hook',
      'http.response.status_code': 204,
      'cloudevents.event_id': received?.event.id,
    });
    expect(span.attributes).not.toHaveProperty('url.full');
  });
});

describe('an identity service', () => {
  it('is asked as a part of the request, and can go on with the trace', async () => {
    const keystone = await KeystoneServer.start();
    const app = await startTestApp({ ...keystone.settings(), ...collector.settings });
    const reply = await app.request('GET', '/v2/images', { token: keystone.issue() });
    const { root, parts } = await collector.request(idOf(reply));
    const calls = parts.filter(({ attributes }) => 'url.full' in attributes);

    expect(calls.map(({ name }) => name)).toEqual(expect.arrayContaining(['GET', 'POST']));
    expect(calls.map(({ attributes }) => attributes['url.full'])).toContain(
      `${keystone.origin}/v3/auth/tokens`,
    );
    expect(keystone.traces).toContain(traceparent(root.traceId, calls.at(-1)?.id ?? '', '01'));

    keystone.fault = { status: 500 };
    const refused = await app.request('GET', '/v2/images', { token: keystone.issue() });
    const failed = await collector.request(idOf(refused));
    expect(failed.root).toMatchObject({ isFailed: true, attributes: { 'error.type': '503' } });
    expect(failed.parts.find(({ isFailed }) => isFailed)?.attributes['error.type']).toBe('500');
    await app.close();
    await keystone.close();
  });
});

describe('what the collector gets', () => {
  it('says which service it is of, with the headers that were asked for', () => {
    expect(collector.headers[0]).toMatchObject({ 'x-api-key': 'key of the collector' });
    expect(collector.resources[0]).toEqual({
      'deployment.environment.name': 'a test',
      'service.name': 'catalog of the test',
      'service.instance.id': expect.any(String),
    });
  });

  it('holds no secret', () => {
    const all = collector.bodies.join('');
    expect(all).toContain('task web-download');
    for (const secret of [
      fixture.token,
      fixture.app.config.identity.adminPassword ?? '',
      SOURCE_QUERY,
      'secret=',
    ]) {
      expect(secret).not.toBe('');
      expect(all).not.toContain(secret);
    }
  });

  it('is counted in the metrics', async () => {
    const scrape = await Scrape.of(fixture.app);
    const count = (outcome: string) => scrape.value('catalog_trace_spans_total', { outcome });
    expect(count('exported')).toBeGreaterThan(20);
    expect(count('failed')).toBe(0);
    expect(count('dropped')).toBe(0);
  });
});

describe('a collector in trouble', () => {
  it.each([
    { what: 'silent', answer: 'silence', leastDropped: 1 },
    { what: 'refusing', answer: 400, leastDropped: 0 },
  ] as const)('is no trouble for requests when it is $what', async ({ answer, leastDropped }) => {
    const broken = await TraceCollector.start();
    broken.answer = answer;
    const app = await startTestApp({
      ...broken.settings,
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_BSP_MAX_QUEUE_SIZE: '5',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
      CATALOG_METRICS_PORT: '0',
    });
    const token = await app.adminToken();
    const statuses = new Set<number>();
    await eventually(async () => {
      statuses.add((await app.request('GET', '/v2/images', { token })).status);
      const scrape = await Scrape.of(app);
      const count = (outcome: string) => scrape.value('catalog_trace_spans_total', { outcome });
      expect(count('failed')).toBeGreaterThan(0);
      expect(count('dropped')).toBeGreaterThanOrEqual(leastDropped);
      expect(scrape.value('catalog_trace_spans_waiting')).toBeLessThanOrEqual(5);
    }, 20_000);

    expect([...statuses]).toEqual([200]);
    await app.close();
    await broken.stop();
  });
});
