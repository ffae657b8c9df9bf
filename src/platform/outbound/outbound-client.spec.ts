import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { loadConfig } from '../config/config.js';
import { OutboundClient } from './outbound-client.js';
import type { OutboundSettings } from './outbound-rules.js';
import { SourceFailed, SourceTooLarge, UrlRefused } from './outbound.errors.js';
import type { Network } from './pinned-connector.js';

const PUBLIC = '93.184.215.14';
const OTHER_PUBLIC = '93.184.215.15';
const settings: OutboundSettings = loadConfig({}).outbound;
const maxBytes = 10_000_000n;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A pretended internet: names resolve as told, and every address leads to a server on 127.0.0.1. */
describe('OutboundClient', () => {
  let server: Server;
  let handler: Handler;
  let requests: string[];
  let resolved: string[];
  let routed: string[];
  let names: Record<string, readonly string[]>;
  let deadAddresses: string[];
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.headers.host}${request.url}`);
      handler(request, response);
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    requests = [];
    resolved = [];
    routed = [];
    deadAddresses = [];
    names = { 'images.example': [PUBLIC], 'evil.example': ['127.0.0.1'] };
    handler = (_request, response) => response.end('0123456789');
  });

  const network: Network = {
    resolve: async (name) => {
      resolved.push(name);
      const addresses = names[name];
      if (addresses === undefined) throw new Error('ENOTFOUND');
      return addresses;
    },
    route: (address) => {
      routed.push(address);
      const { port } = server.address() as AddressInfo;
      return { address: '127.0.0.1', port: deadAddresses.includes(address) ? 9 : port };
    },
  };
  const client = (changes: Partial<OutboundSettings> = {}) =>
    new OutboundClient({ ...settings, ...changes }, network);
  const get = async (url: string, options = {}) => {
    const { body } = await client().get(url, { maxBytes, ...options });
    let text = '';
    for await (const chunk of body) text += String(chunk);
    return text;
  };

  it('fetches from the address that was checked, under the name', async () => {
    expect(await get('http://images.example/disk.raw?x=1')).toBe('0123456789');
    expect(requests).toEqual(['images.example/disk.raw?x=1']);
    expect(resolved).toEqual(['images.example']);
    expect(routed).toEqual([PUBLIC]);
  });

  it('tells size and time as announced', async () => {
    handler = (_request, response) => {
      response.setHeader('last-modified', 'Sun, 06 Nov 1994 08:49:37 GMT');
      response.setHeader('content-length', 3);
      response.end('abc');
    };
    const { body, bytes, modifiedAt } = await client().get('http://images.example/', { maxBytes });
    body.destroy();
    expect(bytes).toBe(3n);
    expect(modifiedAt?.toISOString()).toBe('1994-11-06T08:49:37.000Z');
  });

  it('asks for a range and takes nothing else for an answer', async () => {
    handler = (request, response) => {
      expect(request.headers.range).toBe('bytes=2-4');
      response.writeHead(206, { 'content-length': 3 }).end('234');
    };
    expect(await get('http://images.example/', { range: { offset: 2n, length: 3n } })).toBe('234');
    handler = (_request, response) => response.end('0123456789');
    const whole = get('http://images.example/', { range: { offset: 2n, length: 3n } });
    await expect(whole).rejects.toThrow(SourceFailed);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['private', ['10.0.0.5']],
    ['link-local', ['169.254.169.254']],
    ['mapped loopback', ['::ffff:127.0.0.1']],
    ['one bad among good ones', [PUBLIC, '10.0.0.5']],
    ['nothing', []],
  ])('does not connect to a name that resolves to %s', async (_case, addresses) => {
    names['images.example'] = addresses;
    await expect(client().requirePermitted('http://images.example/')).rejects.toThrow(UrlRefused);
    await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    expect(routed).toEqual([]);
    expect(requests).toEqual([]);
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/',
  ])('does not connect to %s, for which no name is resolved', async (url) => {
    await expect(client().requirePermitted(url)).rejects.toThrow(UrlRefused);
    await expect(get(url)).rejects.toThrow(SourceFailed);
    expect([resolved, routed, requests]).toEqual([[], [], []]);
  });

  it('refuses a name that does not resolve, with the same text as a bad address', async () => {
    const unknown = client().requirePermitted('http://unknown.example/');
    await expect(unknown).rejects.toThrow("with the host 'unknown.example' does not pass");
  });

  it('is not fooled by a name that changes its answer after the check', async () => {
    let count = 0;
    const rebinding: Network = {
      ...network,
      resolve: async () => ((count += 1) === 1 ? [PUBLIC] : ['127.0.0.1']),
    };
    const fooled = new OutboundClient(settings, rebinding);
    await fooled.requirePermitted('http://images.example/');
    await expect(fooled.get('http://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    expect(routed).toEqual([]);
  });

  it('refuses a connection that ended up elsewhere', async () => {
    const { port } = server.address() as AddressInfo;
    const elsewhere: Network = {
      ...network,
      route: () => ({ address: 'localhost', port }),
    };
    const fooled = new OutboundClient(settings, elsewhere);
    await expect(fooled.get('http://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    expect(requests).toEqual([]);
  });

  it('asks for the certificate of the name, not of the address', async () => {
    const asked: string[] = [];
    const secure = createSecureServer({
      SNICallback: (name, done) => {
        asked.push(name);
        done(new Error('No certificate.'));
      },
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const there = new OutboundClient(settings, {
      ...network,
      route: () => ({ address: '127.0.0.1', port }),
    });
    await expect(there.get('https://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    await new Promise((resolve) => secure.close(resolve));
    expect(asked).toEqual(['images.example']);
  });

  it('tries the next address when one does not answer', async () => {
    names['images.example'] = [OTHER_PUBLIC, PUBLIC];
    deadAddresses = [OTHER_PUBLIC];
    expect(await get('http://images.example/')).toBe('0123456789');
    expect(routed).toEqual([OTHER_PUBLIC, PUBLIC]);
  });

  it('lets the operator list hosts and lift restrictions', () => {
    const { outbound } = loadConfig({
      CATALOG_IMPORT_INTERNAL_HOSTS: 'mirror.internal, 10.0.0.0/8',
      CATALOG_IMPORT_PORTS_ALLOWED: '*',
      CATALOG_IMPORT_PORTS_DENIED: '22',
    });
    expect(outbound.internalHosts).toEqual(['mirror.internal', '10.0.0.0/8']);
    expect(outbound.ports).toEqual({ allowed: [], denied: ['22'] });
    expect(outbound.schemes).toEqual({ allowed: ['http', 'https'], denied: [] });
  });

  it('reaches an internal host that the operator lists', async () => {
    const listed = client({ internalHosts: ['evil.example'] });
    await listed.requirePermitted('http://evil.example/');
    const { body } = await listed.get('http://evil.example/', { maxBytes });
    body.destroy();
    expect(routed).toEqual(['127.0.0.1']);
  });

  describe('on redirects', () => {
    const redirectTo = (location: string, status = 302) => {
      handler = (request, response) => {
        if (request.url !== '/start') response.end('there');
        else response.writeHead(status, { location }).end('moved');
      };
    };

    it.each([301, 302, 303, 307, 308])('follows %d to a permitted host', async (status) => {
      names['mirror.example'] = [OTHER_PUBLIC];
      redirectTo('http://mirror.example/disk', status);
      expect(await get('http://images.example/start')).toBe('there');
      expect(requests).toEqual(['images.example/start', 'mirror.example/disk']);
      expect(routed).toEqual([PUBLIC, OTHER_PUBLIC]);
    });

    it('follows one within the host', async () => {
      redirectTo('/moved');
      expect(await get('http://images.example/start')).toBe('there');
      expect(requests).toEqual(['images.example/start', 'images.example/moved']);
    });

    it.each([
      'http://evil.example/',
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://images.example:22/',
      'http://user@images.example/',
      'file:///etc/passwd',
      '//evil.example/',
      'http://[::1]/',
    ])('does not follow one to %s', async (location) => {
      redirectTo(location);
      await expect(get('http://images.example/start')).rejects.toThrow(SourceFailed);
      expect(requests).toEqual(['images.example/start']);
    });

    it('follows five and not six', async () => {
      handler = (request, response) => {
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end('there');
        else response.writeHead(302, { location: `/${left - 1}` }).end();
      };
      expect(await get('http://images.example/5')).toBe('there');
      await expect(get('http://images.example/6')).rejects.toThrow(SourceFailed);
    });

    it('gives up on one without a target', async () => {
      handler = (_request, response) => response.writeHead(302).end();
      await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    });
  });

  describe('on failures', () => {
    it('tells a closed port, an error, a reset and a refused redirect by one text', async () => {
      const texts = new Set<string>();
      const attempt = async (then: Handler) => {
        handler = then;
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
      deadAddresses = [PUBLIC];
      await attempt(() => undefined);
      expect([...texts]).toEqual(['SourceFailed: The data could not be fetched from its source.']);
    });

    it.each<[string, Handler]>([
      ['before the answer', () => undefined],
      ['in the middle of the data', (_request, response) => response.write('01234')],
    ])('gives up on a source that falls silent %s, by the same text', async (_when, silent) => {
      handler = silent;
      const impatient = new OutboundClient(settings, network, 100);
      const fetched = impatient
        .get('http://images.example/', { maxBytes })
        .then(({ body }) => body.toArray());
      await expect(fetched).rejects.toThrow('The data could not be fetched from its source.');
    });

    it('refuses data in an encoding that nobody asked for', async () => {
      handler = (request, response) => {
        expect(request.headers['accept-encoding']).toBe('identity');
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      };
      await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    });

    it('refuses more than the limit when it is announced, and when it just comes', async () => {
      handler = (_request, response) => {
        response.setHeader('content-length', 1000);
        response.end(Buffer.alloc(1000));
      };
      await expect(get('http://images.example/', { maxBytes: 999n })).rejects.toThrow(
        SourceTooLarge,
      );
      expect(await get('http://images.example/', { maxBytes: 1000n })).toHaveLength(1000);
      handler = (_request, response) => {
        for (let count = 0; count < 100; count += 1) response.write(Buffer.alloc(10_000));
        response.end();
      };
      const flood = get('http://images.example/', { maxBytes: 500_000n });
      await expect(flood).rejects.toThrow(SourceTooLarge);
    });

    it('breaks the body when the source breaks off', async () => {
      handler = (_request, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('some', () => response.destroy());
      };
      await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    });

    it('breaks the body in the same words for who begins to read it later', async () => {
      handler = (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half');
        setImmediate(() => response.destroy());
      };
      const { body } = await client().get('http://images.example/', { maxBytes });
      await new Promise((resolve) => body.once('close', resolve));
      await expect(body.toArray()).rejects.toThrow(SourceFailed);
    });

    it('ends with the reason of the signal, before the answer and in the body', async () => {
      const abort = new AbortController();
      handler = () => {
        abort.abort(new Error('given up'));
      };
      const waiting = get('http://images.example/', { signal: abort.signal });
      await expect(waiting).rejects.toThrow('given up');
      const later = new AbortController();
      handler = (_request, response) => {
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
      handler = (_request, response) => {
        response.write('some');
      };
      const { body } = await client().get('http://images.example/', { maxBytes });
      const open = [...sockets];
      body.destroy();
      const closed = open
        .filter(({ destroyed }) => !destroyed)
        .map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      await Promise.all(closed);
      expect(open.every(({ destroyed }) => destroyed)).toBe(true);
    });
  });
});
