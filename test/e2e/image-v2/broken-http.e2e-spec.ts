import { describe, expect, it } from '@jest/globals';
import { useImageApi } from '../../support/image-api.js';
import { exchange, head } from '../../support/raw-http.js';

const api = useImageApi();

/** A request of the owner as text; `{token}` stands for the header with the token. */
const request = (...lines: readonly string[]): string =>
  lines.join('\r\n').replace('{token}', `X-Auth-Token: ${api.owner.member}`);

const send = async (...pieces: readonly (string | Buffer)[]) =>
  exchange(await api.app.listen(), ...pieces);

const images = async (): Promise<number> => (await api.list('?limit=1000')).images.length;

/** A whole request that would make an image if it were taken for one. */
const smuggled = () =>
  request('POST /v2/images HTTP/1.1', 'Host: x', '{token}', 'Content-Length: 2', '', '{}');

describe('a request that is no proper HTTP', () => {
  it.each<readonly [what: string, lines: readonly string[]]>([
    [
      'both a length and chunks',
      ['Content-Length: 2', 'Transfer-Encoding: chunked', '', '0', '', ''],
    ],
    ['two lengths', ['Content-Length: 2', 'Content-Length: 40', '', '{}']],
    ['a list of lengths', ['Content-Length: 2, 2', '', '{}']],
    ['a negative length', ['Content-Length: -2', '', '{}']],
    ['a signed length', ['Content-Length: +2', '', '{}']],
    ['a hexadecimal length', ['Content-Length: 0x2', '', '{}']],
    ['a chunk without a size', ['Transfer-Encoding: chunked', '', 'z', '{}', '0', '', '']],
    [
      'a chunk that is longer than it says',
      ['Transfer-Encoding: chunked', '', '1', '{}', '0', '', ''],
    ],
    [
      'an endless chunk size',
      ['Transfer-Encoding: chunked', '', 'f'.repeat(40), '{}', '0', '', ''],
    ],
    ['a coding that is not known', ['Transfer-Encoding: xchunked', '', '0', '', '']],
    ['chunks that are not coded last', ['Transfer-Encoding: chunked, gzip', '', '0', '', '']],
    ['a blank before the colon', ['Content-Length : 2', '', '{}']],
    ['a folded header', ['X-Folded: a', ' b', 'Content-Length: 2', '', '{}']],
    ['a header without a name', [': x', 'Content-Length: 2', '', '{}']],
    ['a header without a colon', ['nonsense', 'Content-Length: 2', '', '{}']],
    ['U+0000 in a header', ['X-Zero: a\0b', 'Content-Length: 2', '', '{}']],
    ['a control character in a header', ['X-Bell: a\u0007b', 'Content-Length: 2', '', '{}']],
  ])('with %s is refused, the connection closed, and nothing happens', async (_what, lines) => {
    const before = await images();

    const reply = await send(
      request('POST /v2/images HTTP/1.1', 'Host: x', '{token}', ...lines),
      smuggled(),
    );

    expect(reply.status).toBe(400);
    expect(reply.text.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(reply.headers.get('connection')).toBe('close');
    expect(reply.text).not.toMatch(/\bat .*:\d+:\d+|node:|fastify/);
    expect(await images()).toBe(before);
  });

  it.each([
    ['an unknown method', 'BREW /v2/images HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown version', 'GET /v2/images HTTP/3.7\r\nHost: x\r\n\r\n'],
    ['another protocol', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n'],
    ['blanks in the path', 'GET /v2/ images HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no host', 'GET /v2/images HTTP/1.1\r\n\r\n'],
  ])('with %s is refused and the connection closed', async (_what, text) => {
    const reply = await send(text);

    expect(reply.status).toBe(400);
  });

  it('does not let one response split into two', async () => {
    const injected = 'x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0aHTTP/1.1%20200%20OK';
    const { status, headers, text } = await send(
      head(
        `GET /v2/images/${injected}`,
        `X-Auth-Token: ${api.owner.member}`,
        'Accept: application/json',
      ),
    );

    expect(status).toBe(404);
    expect(headers.has('set-cookie')).toBe(false);
    expect(text.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });
});

describe('a request that is too much', () => {
  it('is refused with 431 beyond 16 KiB of headers', async () => {
    const reply = await send(head('GET /v2/images', `X-Long: ${'x'.repeat(17_000)}`));

    expect(reply.status).toBe(431);
  });

  it('is refused beyond 8 KiB of URL', async () => {
    const reply = await send(
      head(`GET /v2/images?name=${'x'.repeat(8200)}`, `X-Auth-Token: ${api.owner.member}`),
    );

    expect([400, 414, 431]).toContain(reply.status);
  });

  it('is refused beyond a hundred headers', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `X-${index}: y`);

    const reply = await send(head('GET /v2/images', `X-Auth-Token: ${api.owner.member}`, ...many));

    expect([400, 431]).toContain(reply.status);
  });

  it('is refused with 413 beyond 1 MiB of chunked JSON, and the client hears of it', async () => {
    const chunk = `10000\r\n${' '.repeat(0x1_00_00)}\r\n`;
    const start = head(
      'POST /v2/images',
      `X-Auth-Token: ${api.owner.member}`,
      'Transfer-Encoding: chunked',
    );

    const reply = await send(start, ...Array.from({ length: 20 }, () => chunk), '0\r\n\r\n');

    expect(reply.status).toBe(413);
    expect(reply.headers.get('x-openstack-request-id')).toMatch(/^req-/);
  });

  it('is refused with 413 at the header when it declares more than 1 MiB', async () => {
    const reply = await send(
      head('POST /v2/images', `X-Auth-Token: ${api.owner.member}`, 'Content-Length: 99999999999'),
    );

    expect(reply.status).toBe(413);
  });
});

describe('chunked JSON', () => {
  it('is read like any other, however it is cut', async () => {
    const start = head(
      'POST /v2/images',
      `X-Auth-Token: ${api.owner.member}`,
      'Transfer-Encoding: chunked',
    );
    const bytes = Buffer.from('{"name": "🐧 chunked"}');
    const chunks = [...bytes].map((byte) =>
      Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]),
    );

    const reply = await send(start, ...chunks, '0\r\n\r\n');

    expect(reply.status).toBe(201);
    expect(await api.names(`?name=${encodeURIComponent('🐧 chunked')}`)).toHaveLength(1);
  });

  it('is a body although it is empty', async () => {
    const { id } = await api.image();
    const start = (line: string) =>
      head(line, `X-Auth-Token: ${api.owner.member}`, 'Transfer-Encoding: chunked');

    const create = await send(start('POST /v2/images'), '0\r\n\r\n');
    const tag = await send(start(`PUT /v2/images/${id}/tags/x`), '0\r\n\r\n');
    const show = await send(start(`GET /v2/images/${id}`), '0\r\n\r\n');

    expect([create.status, tag.status, show.status]).toEqual([400, 400, 200]);
  });
});
