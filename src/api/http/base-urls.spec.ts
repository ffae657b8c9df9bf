import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../platform/config/config.js';
import { BaseUrls } from './base-urls.js';

const urls = new BaseUrls(loadConfig({ HOST: '127.0.0.1', PORT: '9292' }));

describe('the origin of links', () => {
  it.each(['catalog.example.org', 'localhost:8080', '192.0.2.1:80', '[2001:db8::1]:9292', 'a_b'])(
    'is where the client asked: %s',
    (host) => {
      expect(urls.origin({ headers: { host } })).toBe(`http://${host}`);
      expect(urls.origin({ headers: {}, protocol: 'https', host })).toBe(`https://${host}`);
    },
  );

  it.each(['', 'a b', 'x:99999999', '[::', 'a/b', 'a?b', 'a#b', 'me@a', 'a"b', 'a:b', 'ä'])(
    'is the own address where no URL could hold the host: %j',
    (host) => {
      expect(urls.origin({ headers: { host } })).toBe('http://127.0.0.1:9292');
    },
  );

  it('is the own address where the client names none', () => {
    expect(urls.origin({ headers: {} })).toBe('http://127.0.0.1:9292');
  });
});
