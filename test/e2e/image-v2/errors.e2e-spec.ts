import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Method } from '../../support/app.js';
import { PATCH_V21, useImageApi, type ApiRequest } from '../../support/image-api.js';

const api = useImageApi();
const id = randomUUID();

const missing = (accept?: string) =>
  api.get(`/images/${id}`, accept === undefined ? {} : { headers: { accept } });

describe('every error', () => {
  it.each([
    'application/json',
    'application/json, text/html;q=0.9',
    'text/html;q=0.5, application/json',
    'application/*',
    'APPLICATION/JSON; charset=utf-8',
  ])('is JSON for Accept: %s', async (accept) => {
    const reply = await missing(accept);

    expect(reply.status).toBe(404);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(reply.body).toEqual({
      message: 'No image found with this id.',
      code: '404 Not Found',
      title: 'Not Found',
    });
  });

  it.each(['*/*', 'text/html', 'text/html, application/json', 'text/*, application/json;q=0.9'])(
    'is HTML for Accept: %s',
    async (accept) => {
      const reply = await missing(accept);

      expect(reply.headers['content-type']).toBe('text/html; charset=UTF-8');
      expect(reply.text).toBe(
        '<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\nNo image found with this id.<br /><br />\n</body>\n</html>\n',
      );
    },
  );

  it.each([undefined, '', 'image/png', 'text/plain', 'application/json;q=0', ';;,,;q=x'])(
    'is plain text for Accept: %j',
    async (accept) => {
      const reply = await missing(accept);

      expect(reply.headers['content-type']).toBe('text/plain; charset=UTF-8');
      expect(reply.text).toBe('404 Not Found\n\nNo image found with this id.\n');
    },
  );

  it('quotes text of the request escaped, on one line and cut', async () => {
    const markup = `<script>alert("x")</script>&\n${'x'.repeat(500)}`;
    const list = `/images?sort=${encodeURIComponent(markup)}`;

    const html = await api.get(list, { headers: { accept: 'text/html' } });
    const text = await api.get(list, { headers: { accept: '' } });

    expect(html.text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;');
    expect(html.text).not.toContain('<script>');
    expect(text.text.split('\n')).toHaveLength(4);
    expect(text.text.length).toBeLessThan(500);
  });

  it.each<readonly [status: number, method: Method, path: string, options: ApiRequest]>([
    [401, 'GET', '/images', { token: null }],
    [403, 'POST', '/images', { body: { size: 7 } }],
    [404, 'GET', '/images/nonsense', {}],
    [405, 'PUT', '/images', {}],
    [413, 'POST', '/images', { body: 'x'.repeat(1024 * 1024 + 1) }],
    [415, 'PATCH', '/images/nonsense', { headers: { 'content-type': 'text/plain' } }],
    [400, 'PATCH', '/images/nonsense', { headers: { 'content-type': PATCH_V21 }, body: '{' }],
    [400, 'GET', '/images/%ff', {}],
    [400, 'GET', '/images?limit=x', {}],
  ])('of status %s carries a request id and no more (%s %s)', async (status, ...call) => {
    const [method, path, options] = call;
    const headers = { accept: 'application/json', ...options.headers };

    const reply = await api.request(method, path, { ...options, headers });

    expect(reply.status).toBe(status);
    expect(reply.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|fastify|prisma|SELECT|\/src\//i);
  });

  it('has an empty body for HEAD', async () => {
    const origin = await api.app.listen();

    const reply = await fetch(`${origin}/image/v2/images`, {
      method: 'HEAD',
      headers: { 'x-auth-token': api.owner.member },
    });

    expect(reply.status).toBe(405);
    expect(await reply.text()).toBe('');
  });
});

describe('x-openstack-request-id', () => {
  const idFor = async (given: string) =>
    (await api.get('/images', { headers: { 'x-openstack-request-id': given } })).headers[
      'x-openstack-request-id'
    ];

  it.each([
    ['req-7', 'req-7'],
    ['my.own_id-7', 'req-my.own_id-7'],
    ['x'.repeat(64), `req-${'x'.repeat(64)}`],
  ])('echoes %s', async (given, expected) => {
    expect(await idFor(given)).toBe(expected);
  });

  it.each(['x'.repeat(65), 'with blank', 'a;b', '<b>', 'ü', ''])(
    'is a fresh one instead of %j',
    async (given) => {
      expect(await idFor(given)).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    },
  );

  it('differs from request to request, on successes too', async () => {
    const ids = [await api.get('/images'), await api.get('/images')].map(
      ({ headers }) => headers['x-openstack-request-id'],
    );

    expect(new Set(ids).size).toBe(2);
  });
});
