import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';

const ALLOWED = 'https://portal.example.org';

let plain: TestApp;
let open: TestApp;

beforeAll(async () => {
  plain = await startTestApp();
  open = await startTestApp({
    CATALOG_CORS_ORIGINS: ALLOWED,
    CATALOG_PUBLIC_URL: 'https://images.example.org',
    CATALOG_DOCS: 'off',
  });
});

afterAll(async () => {
  await plain.close();
  await open.close();
});

describe('every answer', () => {
  it.each([
    '/image/',
    '/v2/images',
    '/compute/v2.1/images',
    '/identity/v3',
    '/catalog/v1/tenants',
    '/healthz',
    '/docs',
    '/docs-json',
    '/nothing',
    '/v2/images/%ff',
  ])('to %s is not to be guessed at, nor run, nor framed', async (path) => {
    const { headers } = await plain.request('GET', path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it('asks for https where clients come by it', async () => {
    const { headers } = await open.request('GET', '/image/');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('Swagger UI', () => {
  it('may run what comes from the service and nothing else', async () => {
    const { headers, text } = await plain.request('GET', '/docs');
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
  });
});

describe('what is for developers', () => {
  it.each(['/docs', '/docs-json'])('at %s is not there when it is switched off', async (path) => {
    expect((await plain.request('GET', path)).status).toBe(200);
    expect((await open.request('GET', path)).status).toBe(404);
  });
});

describe('pages of other origins', () => {
  const ask = (app: TestApp, method: 'GET' | 'OPTIONS', origin: string) =>
    app.request(method, '/v2/images', {
      headers: { origin, 'access-control-request-method': 'GET' },
    });

  it('may read nothing unless they are listed', async () => {
    for (const reply of [
      await ask(plain, 'GET', ALLOWED),
      await ask(plain, 'OPTIONS', ALLOWED),
      await ask(open, 'GET', 'https://evil.example.org'),
    ]) {
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('may when they are, and never with credentials', async () => {
    const preflight = await ask(open, 'OPTIONS', ALLOWED);
    expect(preflight.headers['access-control-allow-origin']).toBe(ALLOWED);
    expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials');
    expect((await ask(open, 'GET', ALLOWED)).headers['access-control-allow-origin']).toBe(ALLOWED);
  });

  it('may continue uploads, and read where they are and how far they have come', async () => {
    const listed = (value: unknown): string[] => String(value).toLowerCase().split(/, ?/);
    const preflight = await ask(open, 'OPTIONS', ALLOWED);
    expect(listed(preflight.headers['access-control-allow-methods'])).toContain('patch');
    expect(listed(preflight.headers['access-control-allow-headers'])).toEqual(
      expect.arrayContaining([
        'tus-resumable',
        'upload-length',
        'upload-offset',
        'upload-metadata',
      ]),
    );

    const { headers } = await ask(open, 'GET', ALLOWED);
    expect(listed(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining(['location', 'tus-resumable', 'upload-offset', 'upload-length']),
    );
  });
});
