import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isWritable } from '../../images/application/ports/image-data-store.js';
import { ImageDataMissing } from '../../images/domain/image-data.errors.js';
import { loadConfig } from '../../platform/config/config.js';
import { OutboundClient } from '../../platform/outbound/outbound-client.js';
import { HttpSource } from './http.source.js';

const CONTENT = '0123456789';

describe('HttpSource', () => {
  let server: Server;
  let origin: string;
  let source: HttpSource;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      const part = range ? CONTENT.slice(Number(range[1]), Number(range[2]) + 1) : CONTENT;
      if (request.url !== '/disk') response.writeHead(request.url === '/broken' ? 500 : 404).end();
      else if (range && Number(range[1]) >= CONTENT.length) response.writeHead(416).end();
      else response.writeHead(range ? 206 : 200, { 'content-length': part.length }).end(part);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { outbound } = loadConfig({
      CATALOG_IMPORT_INTERNAL_HOSTS: '127.0.0.1',
      CATALOG_IMPORT_PORTS_ALLOWED: '*',
    });
    source = new HttpSource(new OutboundClient(outbound));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const read = async (...args: Parameters<HttpSource['read']>) => {
    let text = '';
    for await (const chunk of await source.read(...args)) text += String(chunk);
    return text;
  };

  it('reads the whole and ranges', async () => {
    expect(await read(`${origin}/disk`)).toBe(CONTENT);
    expect(await read(`${origin}/disk`, { offset: 2n, length: 3n })).toBe('234');
    expect((await source.stat(`${origin}/disk`))?.bytes).toBe(10n);
  });

  it('tells data that is gone from a server that is in trouble', async () => {
    expect(await source.stat(`${origin}/none`)).toBeNull();
    await expect(source.read(`${origin}/none`)).rejects.toThrow(ImageDataMissing);
    const behind = source.read(`${origin}/disk`, { offset: 10n, length: 1n });
    await expect(behind).rejects.toThrow(ImageDataMissing);
    await expect(source.read(`${origin}/broken`)).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(source.stat(`${origin}/broken`)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('obeys the rules for URLs of users', async () => {
    await expect(source.read('file:///etc/passwd')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(source.read('http://[::1]/')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('cannot be written to', () => {
    expect(isWritable(source)).toBe(false);
  });
});
