import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/config.js';
import { PretendedInternet, type Handler } from '../../../test/support/pretended-internet.js';
import { OutboundClient } from './outbound-client.js';
import type { OutboundSettings } from './outbound-rules.js';
import { SourceFailed, SourceTooLarge } from './outbound.errors.js';

const PUBLIC = '93.184.215.14';
const settings: OutboundSettings = loadConfig({}).outbound;
const maxBytes = 10_000_000n;

describe('OutboundClient on failures', () => {
  const internet = new PretendedInternet({
    'images.example': [PUBLIC],
    'evil.example': ['127.0.0.1'],
  });
  beforeAll(() => internet.start());
  afterAll(() => internet.stop());
  beforeEach(() => {
    internet.forget();
  });

  const client = (changes: Partial<OutboundSettings> = {}) =>
    new OutboundClient({ ...settings, ...changes }, internet.network);
  const get = async (url: string, options = {}) => {
    const { body } = await client().get(url, { maxBytes, ...options });
    let text = '';
    for await (const chunk of body) text += String(chunk);
    return text;
  };

  it('tells a closed port, an error, a reset and a refused redirect by one text', async () => {
    const texts = new Set<string>();
    const attempt = async (then: Handler) => {
      internet.handler = then;
      await get('http://images.example/').catch((error: unknown) => {
        texts.add(String(error));
      });
    };
    await attempt((_request, response) => response.writeHead(404).end());
    await attempt((_request, response) => response.writeHead(500).end());
    await attempt((_request, response) => response.writeHead(204).end());
    await attempt((request) => request.socket.destroy());
    await attempt((_request, response) =>
      response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
    );
    internet.deadAddresses = [PUBLIC];
    await attempt(() => undefined);
    expect([...texts]).toEqual(['SourceFailed: The data could not be fetched from its source.']);
  });

  it.each<[string, Handler]>([
    ['before the answer', () => undefined],
    ['in the middle of the data', (_request, response) => response.write('01234')],
  ])('gives up on a source that falls silent %s, by the same text', async (_when, silent) => {
    internet.handler = silent;
    const impatient = new OutboundClient(settings, internet.network, 100);
    const fetched = impatient
      .get('http://images.example/', { maxBytes })
      .then(({ body }) => body.toArray());
    await expect(fetched).rejects.toThrow('The data could not be fetched from its source.');
  });

  it('refuses data in an encoding that nobody asked for', async () => {
    internet.handler = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    };
    await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
  });

  it('refuses more than the limit when it is announced, and when it just comes', async () => {
    internet.handler = (_request, response) => {
      response.setHeader('content-length', 1000);
      response.end(Buffer.alloc(1000));
    };
    await expect(get('http://images.example/', { maxBytes: 999n })).rejects.toThrow(SourceTooLarge);
    expect(await get('http://images.example/', { maxBytes: 1000n })).toHaveLength(1000);
    internet.handler = (_request, response) => {
      for (let count = 0; count < 100; count += 1) response.write(Buffer.alloc(10_000));
      response.end();
    };
    const flood = get('http://images.example/', { maxBytes: 500_000n });
    await expect(flood).rejects.toThrow(SourceTooLarge);
  });

  it('breaks the body when the source breaks off', async () => {
    internet.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('some', () => response.destroy());
    };
    await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
  });

  it('breaks the body in the same words for who begins to read it later', async () => {
    internet.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    };
    const { body } = await client().get('http://images.example/', { maxBytes });
    await new Promise((resolve) => body.once('close', resolve));
    await expect(body.toArray()).rejects.toThrow(SourceFailed);
  });

  it('ends with the reason of the signal, before the answer and in the body', async () => {
    const abort = new AbortController();
    internet.handler = () => {
      abort.abort(new Error('given up'));
    };
    const waiting = get('http://images.example/', { signal: abort.signal });
    await expect(waiting).rejects.toThrow('given up');
    const later = new AbortController();
    internet.handler = (_request, response) => {
      response.write('some');
    };
    const { body } = await client().get('http://images.example/', {
      maxBytes,
      signal: later.signal,
    });
    const reading = (async () => {
      for await (const chunk of body) {
        expect(String(chunk)).toBe('some');
        later.abort(new Error('given up later'));
      }
    })();
    await expect(reading).rejects.toThrow('given up later');
  });

  it('closes its connection when the caller leaves the body', async () => {
    internet.handler = (_request, response) => {
      response.write('some');
    };
    const { body } = await client().get('http://images.example/', { maxBytes });
    const open = [...internet.sockets];
    body.destroy();
    const closed = open
      .filter(({ destroyed }) => !destroyed)
      .map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await Promise.all(closed);
    expect(open.every(({ destroyed }) => destroyed)).toBe(true);
  });
});
