import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { loadConfig } from '../config/config.js';
import { PretendedInternet } from '../../../test/support/pretended-internet.js';
import { OutboundClient } from './outbound-client.js';
import type { OutboundSettings } from './outbound-rules.js';
import { SourceFailed, UrlRefused } from './outbound.errors.js';
import type { Network } from './pinned-connector.js';

const PUBLIC = '93.184.215.14';
const OTHER_PUBLIC = '93.184.215.15';
const settings: OutboundSettings = loadConfig({}).outbound;
const maxBytes = 10_000_000n;

describe('OutboundClient', () => {
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

  it('fetches from the address that was checked, under the name', async () => {
    expect(await get('http://images.example/disk.raw?x=1')).toBe('0123456789');
    expect(internet.requests).toEqual(['images.example/disk.raw?x=1']);
    expect(internet.resolved).toEqual(['images.example']);
    expect(internet.routed).toEqual([PUBLIC]);
  });

  it('tells size and time as announced', async () => {
    internet.handler = (_request, response) => {
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
    internet.handler = (request, response) => {
      expect(request.headers.range).toBe('bytes=2-4');
      response.writeHead(206, { 'content-length': 3 }).end('234');
    };
    expect(await get('http://images.example/', { range: { offset: 2n, length: 3n } })).toBe('234');
    internet.handler = (_request, response) => response.end('0123456789');
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
    internet.names['images.example'] = addresses;
    await expect(client().requirePermitted('http://images.example/')).rejects.toThrow(UrlRefused);
    await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    expect(internet.routed).toEqual([]);
    expect(internet.requests).toEqual([]);
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/',
  ])('does not connect to %s, for which no name is resolved', async (url) => {
    await expect(client().requirePermitted(url)).rejects.toThrow(UrlRefused);
    await expect(get(url)).rejects.toThrow(SourceFailed);
    expect([internet.resolved, internet.routed, internet.requests]).toEqual([[], [], []]);
  });

  it('refuses a name that does not resolve, with the same text as a bad address', async () => {
    const unknown = client().requirePermitted('http://unknown.example/');
    await expect(unknown).rejects.toThrow("with the host 'unknown.example' does not pass");
  });

  it('is not fooled by a name that changes its answer after the check', async () => {
    let count = 0;
    const rebinding: Network = {
      ...internet.network,
      resolve: async () => ((count += 1) === 1 ? [PUBLIC] : ['127.0.0.1']),
    };
    const fooled = new OutboundClient(settings, rebinding);
    await fooled.requirePermitted('http://images.example/');
    await expect(fooled.get('http://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    expect(internet.routed).toEqual([]);
  });

  it('refuses a connection that ended up elsewhere', async () => {
    const { port } = internet;
    const elsewhere: Network = {
      ...internet.network,
      route: () => ({ address: 'localhost', port }),
    };
    const fooled = new OutboundClient(settings, elsewhere);
    await expect(fooled.get('http://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    expect(internet.requests).toEqual([]);
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
      ...internet.network,
      route: () => ({ address: '127.0.0.1', port }),
    });
    await expect(there.get('https://images.example/', { maxBytes })).rejects.toThrow(SourceFailed);
    await new Promise((resolve) => secure.close(resolve));
    expect(asked).toEqual(['images.example']);
  });

  it('tries the next address when one does not answer', async () => {
    internet.names['images.example'] = [OTHER_PUBLIC, PUBLIC];
    internet.deadAddresses = [OTHER_PUBLIC];
    expect(await get('http://images.example/')).toBe('0123456789');
    expect(internet.routed).toEqual([OTHER_PUBLIC, PUBLIC]);
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
    expect(internet.routed).toEqual(['127.0.0.1']);
  });

  describe('on redirects', () => {
    const redirectTo = (location: string, status = 302) => {
      internet.handler = (request, response) => {
        if (request.url !== '/start') response.end('there');
        else response.writeHead(status, { location }).end('moved');
      };
    };

    it.each([301, 302, 303, 307, 308])('follows %d to a permitted host', async (status) => {
      internet.names['mirror.example'] = [OTHER_PUBLIC];
      redirectTo('http://mirror.example/disk', status);
      expect(await get('http://images.example/start')).toBe('there');
      expect(internet.requests).toEqual(['images.example/start', 'mirror.example/disk']);
      expect(internet.routed).toEqual([PUBLIC, OTHER_PUBLIC]);
    });

    it('follows one within the host', async () => {
      redirectTo('/moved');
      expect(await get('http://images.example/start')).toBe('there');
      expect(internet.requests).toEqual(['images.example/start', 'images.example/moved']);
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
      expect(internet.requests).toEqual(['images.example/start']);
    });

    it('follows five and not six', async () => {
      internet.handler = (request, response) => {
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end('there');
        else response.writeHead(302, { location: `/${left - 1}` }).end();
      };
      expect(await get('http://images.example/5')).toBe('there');
      await expect(get('http://images.example/6')).rejects.toThrow(SourceFailed);
    });

    it('gives up on one without a target', async () => {
      internet.handler = (_request, response) => response.writeHead(302).end();
      await expect(get('http://images.example/')).rejects.toThrow(SourceFailed);
    });
  });
});
